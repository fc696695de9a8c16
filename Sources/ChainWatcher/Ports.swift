package import ChainAdapter
package import Hashing
package import Messages
package import Messaging
package import System

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

/// Where blocks whose fate is open are kept, so that no crash loses one.
package protocol CandidateStore: Sendable {
    /// Returns once report and block survive a power cut.
    func save(_ report: BlockReport, block: [UInt8]) async throws(SystemError)
    /// Every whole candidate's report, and the names of those that are not whole.
    func load() async throws(SystemError) -> (reports: [BlockReport], broken: [String])
    /// The block's bytes; `nil` when they are not there whole.
    func block(_ hash: Hash256) async throws(SystemError) -> [UInt8]?
    func remove(_ hash: Hash256) async throws(SystemError)
}

/// Where the template of a job is found: the JobService.
package protocol TemplateSource: Sendable {
    func getTemplate(_ request: GetTemplateRequest) async throws(RPCError) -> Template
}

extension JobsClient: TemplateSource {}

/// Where the states of blocks, and of nodes, are written down: the PayoutService.
package protocol BlockLedger: Sendable {
    func recordBlock(_ request: BlockReport) async throws(RPCError) -> RecordBlockReply
    func recordNode(_ request: NodeState) async throws(RPCError) -> Empty
}

extension LedgerClient: BlockLedger {}

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
