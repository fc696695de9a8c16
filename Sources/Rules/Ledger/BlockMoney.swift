/// How far one block's reward has come.
///
/// A pure value: it decides, the service posts the transfers.
package struct BlockMoney: Hashable, Sendable {
    package enum Stage: String, CaseIterable, Hashable, Sendable {
        /// Nothing credited. Next: any other.
        case candidate
        /// Credited, not spendable. Next: `confirmed`, `orphaned`.
        case immature
        /// Credited and spendable. Next: only a reorganisation past maturity leads to `orphaned`.
        case confirmed
        /// Every credit reversed. A block that returns to the best chain goes on from here as from `candidate`.
        case orphaned
        /// No node took it. Should it stand on the best chain after all, it goes on as from `candidate`.
        case rejected
    }

    package enum News: Hashable, Sendable {
        /// On its way; or on the best chain, but it is not known how deep.
        case submitted
        /// On the best chain; `confirmations` counts the block itself.
        case onChain(confirmations: UInt32)
        /// No node took it.
        case rejected
        /// Another block stands at its height on the best chain.
        case orphaned
    }

    package enum Effect: Hashable, Sendable {
        /// Credit the reward as immature. `round` counts a block's credits from 1: it names their transfers.
        case credit(round: Int)
        /// Make the credit of that round spendable.
        case mature(round: Int)
        /// Take the credit of that round back, from where it is now.
        case reverse(round: Int, from: Bucket)
    }

    package private(set) var stage: Stage
    /// How often the reward was credited: once, and once more after each return from an orphan or each correction.
    package private(set) var roundCount: Int
    private let depths: BlockDepths

    package init(depths: BlockDepths, stage: Stage = .candidate, roundCount: Int = 0) {
        self.depths = depths
        self.stage = stage
        self.roundCount = roundCount
    }

    package mutating func handle(_ news: News) -> [Effect] {
        switch (stage, news) {
        case (.candidate, .onChain(let confirmations)), (.orphaned, .onChain(let confirmations)),
            (.rejected, .onChain(let confirmations)):
            return handleOnChain(confirmations)
        case (.immature, .onChain(let confirmations)):
            guard confirmations >= depths.confirmed else { return [] }  // a shrinking depth is no orphan yet
            stage = .confirmed
            return [.mature(round: roundCount)]
        case (.candidate, .rejected):
            stage = .rejected
            return []
        case (.candidate, .orphaned), (.rejected, .orphaned):
            stage = .orphaned
            return []
        case (.immature, .orphaned):
            stage = .orphaned
            return [.reverse(round: roundCount, from: .immature)]
        case (.confirmed, .orphaned):
            stage = .orphaned
            return [.reverse(round: roundCount, from: .confirmed)]
        case (.confirmed, .onChain), (.orphaned, .orphaned), (_, .submitted):
            return []  // late or repeated news changes nothing
        case (.immature, .rejected), (.confirmed, .rejected), (.orphaned, .rejected), (.rejected, .rejected):
            return []  // one node's refusal says nothing once the block was seen elsewhere
        }
    }

    /// The chain gives less than was credited: that credit is taken back, and what there is credited in another round.
    package mutating func handleSmallerReward() -> [Effect] {
        let last = roundCount
        switch stage {
        case .candidate, .orphaned, .rejected:
            return []  // nothing stands
        case .immature:
            roundCount += 1
            return [.reverse(round: last, from: .immature), .credit(round: roundCount)]
        case .confirmed:
            roundCount += 1
            return [.reverse(round: last, from: .confirmed), .credit(round: roundCount), .mature(round: roundCount)]
        }
    }

    /// From a stage with nothing credited.
    private mutating func handleOnChain(_ confirmations: UInt32) -> [Effect] {
        guard confirmations >= depths.immature else {
            stage = .candidate
            return []
        }
        roundCount += 1
        guard confirmations >= depths.confirmed else {
            stage = .immature
            return [.credit(round: roundCount)]
        }
        stage = .confirmed
        return [.credit(round: roundCount), .mature(round: roundCount)]
    }
}

/// How deep a block must be buried before its money moves; the block itself counts as 1.
package struct BlockDepths: Hashable, Sendable {
    /// Credited as immature from here.
    package let immature: UInt32
    /// Spendable from here.
    package let confirmed: UInt32

    /// - Returns: `nil` unless 1 ≤ `immature` ≤ `confirmed`, and `confirmed` is at least the chain's own maturity.
    package init?(immature: UInt32, confirmed: UInt32, chainMaturity: UInt32) {
        guard immature >= 1, immature <= confirmed, confirmed >= chainMaturity else { return nil }
        self.immature = immature
        self.confirmed = confirmed
    }
}
