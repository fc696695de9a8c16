/// One thing that must hold of the books.
///
/// The raw value is its name for people and alarms, and never changes.
package enum LedgerCheck: String, CaseIterable, Sendable {
    // Money.
    case sumsNotZero = "sums-not-zero"
    case balanceWrong = "balance-wrong"
    case balanceNegative = "balance-negative"
    case transferShape = "transfer-shape"
    case accountMissing = "account-missing"
    case guardMissing = "guard-missing"
    // Blocks.
    case creditMissing = "credit-missing"
    case creditWrong = "credit-wrong"
    case creditWithoutBlock = "credit-without-block"
    case matureWrong = "mature-wrong"
    case matureEarly = "mature-early"
    case reversalMissing = "reversal-missing"
    case reversalWrong = "reversal-wrong"
    case reversalUnexpected = "reversal-unexpected"
    case recoveryWrong = "recovery-wrong"
    case poolFeeWrong = "pool-fee-wrong"
    case windowWrong = "window-wrong"
    case proofWrong = "proof-wrong"
    case rootWrong = "root-wrong"
    // Payouts.
    case payoutOutputsMissing = "payout-outputs-missing"
    case payoutWithoutRecord = "payout-without-record"
    case payoutReserveWrong = "payout-reserve-wrong"
    case payoutSettleWrong = "payout-settle-wrong"
    case payoutCancelWrong = "payout-cancel-wrong"
    case payoutSettleEarly = "payout-settle-early"
    case payoutReverseWrong = "payout-reverse-wrong"
    case payoutFeeWrong = "payout-fee-wrong"
    case payoutBytesWrong = "payout-bytes-wrong"
    case transactionWrong = "transaction-wrong"
    case payoutCoinsWrong = "payout-coins-wrong"
    case reservedWrong = "reserved-wrong"
    case paidWrong = "paid-wrong"
    // Work.
    case sliceGap = "slice-gap"
    case sliceOverlap = "slice-overlap"
    case sliceWrong = "slice-wrong"
    case minuteWrong = "minute-wrong"
    case counterWrong = "counter-wrong"
    case rollupAhead = "rollup-ahead"
    case shareOwnerMissing = "share-owner-missing"
    // The chain.
    case payoutNotOnChain = "payout-not-on-chain"
    case walletShort = "wallet-short"

    /// What is wrong when it finds something.
    package var meaning: String {
        switch self {
        case .sumsNotZero: "all balances together are not zero"
        case .balanceWrong: "a balance is not what its transfers say"
        case .balanceNegative: "a miner's balance is on the wrong side of zero"
        case .transferShape: "a transfer moves money between buckets that its kind never connects"
        case .accountMissing: "money of an account that does not exist"
        case .guardMissing: "a trigger, key or constraint that keeps the books append-only is gone or switched off"
        case .creditMissing: "a block counts as credited and has no credit"
        case .creditWrong: "a block's credits are not its reward"
        case .creditWithoutBlock: "money moved for a block, or a round of one, that is not recorded"
        case .matureWrong: "what became spendable of a block is not what was credited"
        case .matureEarly: "a block's money is spendable before the block is confirmed"
        case .reversalMissing: "a block does not count as credited, and its credit was not taken back"
        case .reversalWrong: "what was taken back of a block is not what was credited"
        case .reversalUnexpected: "a credit that stands was taken back"
        case .recoveryWrong: "more was taken for a debt than a block or a cancelled payout had made spendable"
        case .poolFeeWrong: "more of the pool's fee was handed to its owner than blocks had brought"
        case .windowWrong: "a credited block does not say over which work it was split"
        case .proofWrong: "what is kept for a block's proofs is not what was credited"
        case .rootWrong: "the rows that a block's proofs are made from do not come to the root that was published"
        case .payoutOutputsMissing: "a payout pays nobody"
        case .payoutWithoutRecord: "money moved for a payout that is not recorded"
        case .payoutReserveWrong: "what was set aside for a payout is not what it pays"
        case .payoutSettleWrong: "a confirmed payout was not booked as paid, or not as it paid"
        case .payoutCancelWrong:
            "a payout's money was given back though it was not cancelled, or not as it was set aside"
        case .payoutSettleEarly: "a payout is booked as paid and never was confirmed"
        case .payoutReverseWrong:
            "what was booked for a payout that left the chain was not taken back, or what stands was"
        case .payoutFeeWrong: "the network's fee of a confirmed payout is not booked as it was"
        case .payoutBytesWrong:
            "a payout's state does not fit its signed transaction, or that is none of those it was given"
        case .transactionWrong: "a payout's stored transaction does not do what its payout says"
        case .payoutCoinsWrong: "a payout does not hold the coins that it spends, or one that was given up still does"
        case .reservedWrong: "an account's reserved money is not what open payouts will pay"
        case .paidWrong: "an account's paid money is not what confirmed payouts paid"
        case .sliceGap: "shares that were added up are in no slice"
        case .sliceOverlap: "slices count the same shares twice"
        case .sliceWrong: "a slice's work is not that of its shares"
        case .minuteWrong: "a minute's work is not that of its shares"
        case .counterWrong: "a worker's count of shares is not that of its shares"
        case .rollupAhead: "more shares count as added up than there are"
        case .shareOwnerMissing: "shares of an account or client that does not exist"
        case .payoutNotOnChain: "a payout counts as paid, and its transaction is not on the chain"
        case .walletShort: "the wallet holds less than what is owed to miners"
        }
    }

    /// What an operator does about it.
    package var remedy: String {
        switch self {
        case .sumsNotZero, .balanceWrong, .balanceNegative:
            "stop payouts (payouts.enabled: false); balances were changed by hand: set them to the sums of their transfers"
        case .transferShape, .accountMissing, .creditWithoutBlock, .poolFeeWrong, .payoutWithoutRecord:
            "stop payouts; the transfer or its counterpart was written or removed by hand: restore the rows from a backup"
        case .guardMissing:
            "stop payouts; find out who changed the schema, then restore the trigger, key or constraint from a backup's schema"
        case .creditMissing, .creditWrong, .matureWrong, .matureEarly, .reversalMissing, .reversalWrong,
            .reversalUnexpected, .recoveryWrong, .windowWrong:
            "stop payouts; compare the block with the chain and with a backup; restore its row, never its transfers"
        case .proofWrong, .rootWrong:
            "restore the block's row and those of block_credits from a backup: its published root no longer holds"
        case .payoutOutputsMissing, .payoutReserveWrong, .payoutSettleWrong, .payoutCancelWrong, .payoutSettleEarly,
            .payoutReverseWrong, .payoutFeeWrong, .payoutBytesWrong, .transactionWrong, .reservedWrong, .paidWrong:
            "stop payouts; look the payout's txid up on the chain: what the chain says is true; restore the rows from a backup"
        case .sliceGap, .sliceOverlap, .sliceWrong, .rollupAhead:
            "restore work_slices and meta from a backup before the next block is credited: rewards are split by them"
        case .minuteWrong, .counterWrong: "only statistics are wrong, no money: restore the table from a backup"
        case .shareOwnerMissing: "restore accounts, workers and clients from a backup before the next block is credited"
        case .payoutCoinsWrong:
            "stop payouts: another payout could spend these coins; restore the rows of payout_coins from a backup"
        case .payoutNotOnChain:
            "write nothing by hand: the payout service takes it back and sends it again within a minute; if it does not, see its log"
        case .walletShort:
            "stop payouts; see debts in lode_ledger_balance_units and the wallet's history; deposit what is missing"
        }
    }
}

/// What one check found.
package struct LedgerFinding: Hashable, Sendable {
    /// Rows that are told of one check.
    static let rowCountMax = 20

    package let check: LedgerCheck
    /// How many rows are wrong.
    package let count: Int
    /// The first of them, in words.
    package let rows: [String]

    /// Both together; a row that is told in both counts once.
    func with(_ other: LedgerFinding) -> LedgerFinding {
        let new = other.rows.filter { !rows.contains($0) }
        return LedgerFinding(
            check: check,
            count: count + other.count - (other.rows.count - new.count),
            rows: Array((rows + new).prefix(Self.rowCountMax))
        )
    }
}

extension LedgerFinding: CustomStringConvertible {
    package var description: String { "\(check.rawValue) (\(count)): \(rows.joined(separator: "; "))" }
}
