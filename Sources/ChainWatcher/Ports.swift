package import ChainAdapter
package import Messages
package import Messaging

/// The full nodes, as far as the watcher needs them.
package protocol ChainSource: Sendable {
    /// The best chain's end, over all nodes that answer.
    func tip() async throws(NodeError) -> ChainInformation
    /// The blocks at `heights` on the best chain, all of the same moment.
    func snapshot(at heights: Set<UInt32>) async throws(NodeError) -> ChainSnapshot
    /// Offers a block to every node at once.
    func submit(_ block: [UInt8]) async -> [NodeSubmission]
}

extension NodeList: ChainSource {}

/// Whom the watcher tells at once what it sees; hints, which anyone may miss.
package protocol ChainEvents: Sendable {
    func announce(_ tip: Tip)
    func announce(_ block: BlockChanged)
}

extension Publisher: ChainEvents {
    package func announce(_ tip: Tip) { publish(topic: "tip", tip) }
    package func announce(_ block: BlockChanged) { publish(topic: "block", block) }
}

/// Where the watcher hears of new jobs; hints, which it may miss.
package protocol JobAnnouncements: Sendable {
    func next() async throws(MessagingError) -> Job
}

extension Subscriber<Job>: JobAnnouncements {}
