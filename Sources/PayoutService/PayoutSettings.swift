package import BlockFormat
package import Ledger
package import MiningDomain
internal import System

/// How the ledger splits and pays.
package struct PayoutSettings: Sendable {
    package let network: Network
    /// The pool's part of each reward.
    package let fee: FeeRate
    /// How a reward is divided, from the next block on that the ledger hears of.
    package var scheme = RewardScheme.Name.pplns
    /// How many blocks' worth of work a reward is shared over (PPLNS).
    package let windowFactor: WindowFactor
    /// When a block's money moves.
    package let depths: BlockDepths
    /// How long from one payout run to the next.
    package let payoutInterval: Duration
    /// Balances below this wait.
    package let payoutThreshold: Amount
    /// Confirmations of a payout's transaction after which it is settled.
    package let payoutDepth: UInt32
    /// Where block rewards go; `nil` for an address of the wallet, asked for once and kept in the database.
    package let rewardAddress: Address?
    /// Whom the pool's fee is paid to; `nil`: it stays in the wallet.
    package var feeAddress: Address?
    /// Whether payouts are planned, signed and sent; what was sent is followed to its end either way.
    package var isPaying = true
    /// How long a replica that pays may be silent towards the database before another one takes over: longer than all
    /// calls of the wallet that lie between two statements may take together.
    package var takeover = Duration.seconds(300)
    /// The most accounts that one transaction pays, 1 to `payoutOutputCountMax`.
    package var outputCountMax = Self.payoutOutputCountMax
    /// Days for which every share is kept, 2 to 3,650: by then it must have come here from any spool.
    package var auditDays = Self.auditDaysStandard
    /// What payouts may cost, and when they are offered more.
    package var feePolicy = FeePolicy()
    /// Who signs payouts.
    package var signing = Signing.wallet
    /// Who bears the network's fee.
    package var feePayer = FeePayer.pool
    /// Sessions with the database for calls other than recording shares.
    package let connectionCount: Int

    package static let auditDaysStandard = 30

    package enum Signing: String, CaseIterable, Hashable, Sendable {
        /// The node's wallet has the keys.
        case wallet
        /// It only watches: somebody with the keys signs what is exported (BIP 174).
        case psbt
    }

    package enum FeePayer: String, CaseIterable, Hashable, Sendable {
        case pool
        /// Those whom a payout pays, each in proportion.
        case miners
    }

    /// The most outputs of one payout transaction: a size that every node relays.
    package static let payoutOutputCountMax = 100
    /// Outputs of less may be refused as dust by nodes (Litecoin Core 0.21: 5,460 base units for the largest kind).
    package static let payoutThresholdMin = Amount(units: 10_000)

    /// A settled payout is watched until its transaction is so deep: as blocks are, twice as deep as what is called
    /// confirmed.
    var watchDepth: UInt32 {
        UInt32(clamping: UInt64(max(depths.confirmed, payoutDepth)) * Self.watchDepthFactor)
    }

    private static let watchDepthFactor: UInt64 = 2

    /// `payoutInterval` in whole seconds, rounded up.
    var payoutIntervalSeconds: Int64 { (Int64(clamping: payoutInterval.wholeMilliseconds) + 999) / 1_000 }

    /// How the pool's fee is paid; `nil`: it is not.
    var poolFee: PoolFee? {
        feeAddress.flatMap { AccountName($0.text) }.map {
            PoolFee(account: $0, leastAmount: payoutThreshold, reserve: feePolicy.feeMax)
        }
    }

    /// What holds for blocks that are heard of now.
    var terms: RewardTerms {
        let scheme = RewardScheme(scheme, factor: windowFactor) ?? .pplns(factor: windowFactor)
        return RewardTerms(scheme: scheme, fee: fee)
    }

    package init(
        network: Network,
        fee: FeeRate,
        windowFactor: WindowFactor,
        depths: BlockDepths,
        payoutInterval: Duration = .seconds(3_600),
        payoutThreshold: Amount = Amount(units: 10_000_000),
        payoutDepth: UInt32 = 6,
        rewardAddress: Address? = nil,
        connectionCount: Int = 4
    ) {
        precondition(payoutThreshold >= Self.payoutThresholdMin, "the payout threshold is dust")
        precondition(payoutDepth > 0)
        precondition(payoutInterval > .zero)
        precondition(connectionCount > 0)
        self.network = network
        self.fee = fee
        self.windowFactor = windowFactor
        self.depths = depths
        self.payoutInterval = payoutInterval
        self.payoutThreshold = payoutThreshold
        self.payoutDepth = payoutDepth
        self.rewardAddress = rewardAddress
        self.connectionCount = connectionCount
    }
}

extension PayoutSettings {
    /// What an account must have for its output not to be dust; `nil` for what is no address.
    func amountMin(of account: AccountName) -> Amount? {
        guard let address = account.address(on: network) else { return nil }
        let dustLimit = TransactionSize.dustLimit(of: address.scriptPublicKey, rate: network.dustRate)
        return switch feePayer {
        case .pool: dustLimit
        case .miners: FeeShare.amountMin(dustLimit: dustLimit)
        }
    }
}
