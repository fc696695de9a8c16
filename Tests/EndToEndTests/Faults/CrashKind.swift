/// Which way a block goes, from the find to money that can be paid.
enum BlockWay: String, Sendable {
    case straight
    /// It is credited, loses its place on the chain, and is credited again when it is back.
    case orphanedImmature = "orphaned while immature"
    /// The same, once its money could be paid.
    case orphanedConfirmed = "orphaned when confirmed"

    /// How far its money has come when it loses its place.
    var orphanedAt: CrashLife.Stage? {
        switch self {
        case .straight: nil
        case .orphanedImmature: .immature
        case .orphanedConfirmed: .confirmed
        }
    }

    /// The steps that decide something.
    var deciding: [String] { orphanedAt == nil ? [] : ["COMMIT of INSERT transfers block_reverse"] }

    /// Of the steps that were seen on it those that move money, and those that an ordinary block does not take.
    func rows(_ own: [String], besides ordinary: Set<String>) -> [String] {
        guard orphanedAt != nil else { return [] }
        return own.filter {
            $0.contains("INSERT transfers") || $0.contains(" with ") || $0 == "INSERT block_credits"
                || !ordinary.contains($0)
        }
    }
}

/// Which way a payout goes, from the plan to its settlement.
enum PayoutWay: String, Sendable {
    case straight
    /// It is not mined, and replaced by a version with a higher fee.
    case raised
    /// It is settled, leaves the chain, and is settled once more.
    case takenBack = "taken back"
    /// It is given up by a person before it is signed, and its money paid by another one.
    case cancelled
    /// It is signed by a person with another wallet.
    case cold = "cold wallet"

    /// Blocks without it, after which a payout's fee is raised.
    static let raiseAfterBlocks: UInt32 = 2

    /// Of the section `payouts`, beside those of every life.
    var payoutSettings: [String] {
        switch self {
        case .straight, .takenBack, .cancelled: []
        case .raised: ["fee_raise_after_blocks: \(Self.raiseAfterBlocks)"]
        case .cold: ["signing: psbt"]
        }
    }

    /// Litecoin's nodes replace nothing unless they are told to.
    var nodeArguments: [String] { self == .raised ? ["-mempoolreplacement=1"] : [] }

    /// The steps that decide something.
    var deciding: [String] {
        switch self {
        case .straight: []
        case .raised: ["sendrawtransaction"]
        case .takenBack: ["COMMIT of INSERT transfers payout_reverse"]
        case .cancelled: ["COMMIT of INSERT transfers payout_cancel"]
        case .cold: ["COMMIT of INSERT payout_handovers"]
        }
    }

    /// Of the steps that were seen on it those that an ordinary payout does not take in the same state.
    ///
    /// Blocks are reported on meanwhile as in any life.
    func rows(_ own: [String], besides ordinary: Set<String>) -> [String] {
        switch self {
        case .straight: []
        case .raised, .takenBack: own.filter { !$0.contains(" blocks") }
        case .cancelled, .cold: own.filter { !ordinary.contains($0) }
        }
    }
}

/// A kind of life: the ways of a block and of its payout.
struct CrashKind: Hashable, Sendable {
    let block: BlockWay
    let payout: PayoutWay

    static let ordinary = CrashKind(block: .straight, payout: .straight)

    /// Each other way once; two share a life where they can.
    static let further = [
        CrashKind(block: .orphanedImmature, payout: .cold),
        CrashKind(block: .orphanedConfirmed, payout: .raised),
        CrashKind(block: .straight, payout: .takenBack),
        CrashKind(block: .straight, payout: .cancelled),
    ]
}
