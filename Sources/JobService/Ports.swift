package import BlockFormat
package import ChainAdapter
package import Hashing
package import Messages

/// Where templates come from.
package protocol TemplateSource: Sendable {
    /// What to build the next block from; with `afterChange` only once there is something better than the last one.
    ///
    /// - Throws: `.noAnswer` also when nothing changes for long, and at once when the node must not be asked now.
    func template(afterChange: Bool) async throws(NodeError) -> BlockTemplate
    /// The tip, as the node that would be asked for a template sees it.
    func bestBlockHash() async throws(NodeError) -> Hash256
}

extension NodeList: TemplateSource {
    package func bestBlockHash() async throws(NodeError) -> Hash256 {
        try await ask { node throws(NodeError) in try await node.bestBlockHash() }
    }
}

/// Who knows where block rewards go.
package protocol RewardAddressSource: Sendable {
    /// An address on the pool's network, always the same.
    func rewardAddress() async throws(RPCError) -> String
}

extension LedgerClient: RewardAddressSource {
    package func rewardAddress() async throws(RPCError) -> String {
        try await getRewardAddress(Empty()).address
    }
}

/// Who hears of new jobs: a hint, which may be lost.
package protocol JobAudience: Sendable {
    func announce(_ job: Job)
}
