package import MiningDomain

/// How a block's reward is divided among miners: which work counts.
package enum RewardScheme: Hashable, Sendable {
    /// The last work before the block, as much as `factor` blocks take to find (pay per last N shares).
    case pplns(factor: WindowFactor)
    /// All work since the pool's block before it (proportional).
    case proportional
    /// None: the whole is the finder's.
    case solo

    /// What settings and the database call it.
    package enum Name: String, CaseIterable, Hashable, Sendable {
        case pplns
        case proportional = "prop"
        case solo
    }

    /// The work that counts, seen from the share that found the block.
    package enum Span: Hashable, Sendable {
        /// So much, up to and with that share.
        case last(Work)
        /// Everything after the last share of the round before it, up to and with that share.
        case round
        case nothing
    }

    /// `nil` for PPLNS without a factor; the others have none.
    package init?(_ name: Name, factor: WindowFactor?) {
        switch name {
        case .pplns:
            guard let factor else { return nil }
            self = .pplns(factor: factor)
        case .proportional: self = .proportional
        case .solo: self = .solo
        }
    }

    package var name: Name {
        switch self {
        case .pplns: .pplns
        case .proportional: .proportional
        case .solo: .solo
        }
    }

    package var factor: WindowFactor? {
        switch self {
        case .pplns(let factor): factor
        case .proportional, .solo: nil
        }
    }

    /// `networkWork` is what the block took to find, on average.
    package func span(networkWork: Work) -> Span {
        switch self {
        case .pplns(let factor): .last(factor.window(networkWork: networkWork))
        case .proportional: .round
        case .solo: .nothing
        }
    }
}
