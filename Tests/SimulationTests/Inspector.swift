import BlockFormat
import ChainAdapter
import Hashing
import Ledger
import MiningDomain

@testable import PayoutService

/// Looks after every step whether all that must hold does.
struct Inspector {
    private let network: SimulatedNetwork
    private let settings: PayoutSettings
    private let accounts: [AccountName]
    private let scripts: [AccountName: [UInt8]]
    /// What the transfers that were seen so far come to.
    private var counted: [LedgerAccount: Int64] = [:]
    private var seenCount = 0
    /// What each block's credits come to, less what was taken back.
    private var credited: [String: Int64] = [:]
    private var proved: Set<String> = []

    init(_ network: SimulatedNetwork, _ settings: PayoutSettings, _ accounts: [AccountName]) {
        self.network = network
        self.settings = settings
        self.accounts = accounts
        scripts = accounts.reduce(into: [:]) { scripts, account in
            scripts[account] = SimulatedPurse.script(of: account)
        }
    }

    mutating func look(at books: Books, _ shares: SimulatedShares) throws(Violation) {
        try count(books)
        try checkShares(books, shares)
        try checkBlocks(books)
        try checkPayouts(books)
        try checkChain(books)
    }

    private func require(_ holds: Bool, _ invariant: Invariant, _ what: @autoclosure () -> String) throws(Violation) {
        if !holds { throw Violation(invariant: invariant, what: what()) }
    }

    private mutating func count(_ books: Books) throws(Violation) {
        try require(books.transfers.count >= seenCount, .balancesAreTheirTransfers, "a transfer is gone")
        for transfer in books.transfers[seenCount...] {
            let amount = Int64(transfer.amount.units)
            counted[transfer.debit, default: 0] -= amount
            counted[transfer.credit, default: 0] += amount
            let block = String(transfer.reference.prefix { $0 != "/" })
            switch transfer.kind {
            case .blockCredit: credited[block, default: 0] += amount
            case .blockReverse: credited[block, default: 0] -= amount
            case .blockMature, .debtRecover, .feePay, .payoutReserve, .payoutSettle, .payoutFee, .payoutCancel,
                .payoutReverse:
                break
            }
        }
        seenCount = books.transfers.count
        let touched = Set(counted.keys).union(books.balances.keys)
        for account in touched {
            let (is_, should) = (books.balance(account), counted[account] ?? 0)
            try require(
                is_ == should,
                .balancesAreTheirTransfers,
                "\(account.owner?.description ?? "pool") \(account.bucket) has \(is_), its transfers say \(should)"
            )
        }
        try require(books.balances.values.reduce(0, +) == 0, .balancesAreTheirTransfers, "not zero together")
        for (account, balance) in books.balances where account.owner != nil {
            let isSound = account.bucket == .debt ? balance <= 0 : balance >= 0
            try require(isSound, .nothingIsNegative, "\(account) has \(balance)")
        }
    }

    private func checkShares(_ books: Books, _ shares: SimulatedShares) throws(Violation) {
        try require(
            books.shares.count == books.shareNumbers.count
                && Set(books.shareNumbers.values).count == books.shares.count,
            .sharesCountOnce,
            "\(books.shares.count) shares of \(books.shareNumbers.count) proofs"
        )
        let spooled = shares.spooled
        for proof in shares.acknowledged.keys where books.shareNumbers[proof] == nil && !spooled.contains(proof) {
            throw Violation(invariant: .acknowledgedSharesAreKept, what: "\(proof) is nowhere")
        }
    }

    private mutating func checkBlocks(_ books: Books) throws(Violation) {
        var rewards: Int64 = 0
        for (hash, row) in books.blocks {
            let reward = Int64(row.reward.units)
            let isCredited = row.stage == .immature || row.stage == .confirmed
            rewards += isCredited ? reward : 0
            let sum = credited[hash.displayHex] ?? 0
            try require(
                sum == (isCredited ? reward : 0),
                .creditsAreRewards,
                "block \(hash) is \(row.stage), and \(sum) of \(reward) are credited"
            )
        }
        let given = -books.balance(.pool(.chain))
        try require(given == rewards, .owedAndPaidIsWhatWasCredited, "\(given) instead of \(rewards)")
        for (hash, rounds) in books.credits {
            for (round, credits) in rounds where proved.insert("\(hash.displayHex)/\(round)").inserted {
                try checkProof(hash, round, credits, books)
            }
        }
    }

    private func checkProof(_ hash: Hash256, _ round: Int, _ credits: BlockCredits, _ books: Books) throws(Violation) {
        let first = books.transfers.filter { $0.kind == .blockCredit && $0.reference == "\(hash.displayHex)/\(round)" }
        var amounts = Dictionary(uniqueKeysWithValues: credits.entries.map { (Optional($0.account), $0.amount) })
        amounts[nil] = credits.fee
        let isSame = first.allSatisfy { amounts[$0.credit.owner] == $0.amount }
        let reward = first.reduce(0) { $0 + $1.amount.units }
        let count = amounts.values.count { $0 > .zero }
        let leaves = credits.leaves(seed: [UInt8](repeating: 1, count: CreditLeaf.seedByteCount))
        let tree = try? CreditTree(block: hash, leaves: leaves)
        try require(
            isSame && count == first.count && tree?.top.amount.units == reward,
            .proofsAreTheCredits,
            "the tree of block \(hash) is not what was credited"
        )
    }

    private func checkPayouts(_ books: Books) throws(Violation) {
        var open: [AccountName: Int64] = [:]
        var done: [AccountName: Int64] = [:]
        var fees: Int64 = 0
        for payout in books.payouts where payout.state != .cancelled {
            for part in payout.outputs {
                let account = part.account
                if payout.state == .confirmed {
                    done[account, default: 0] +=
                        Int64(part.amount.units)
                        - Int64(payout.feeParts[account]?.units ?? 0)
                } else {
                    open[account, default: 0] += Int64(part.amount.units)
                }
            }
            if payout.state == .confirmed { fees += Int64(payout.settledBy?.fee.units ?? 0) }
        }
        for account in accounts {
            let (reserved, paid) = (books.balance(.miner(account, .reserved)), books.balance(.miner(account, .paid)))
            try require(
                reserved == open[account] ?? 0 && paid == done[account] ?? 0,
                .reservedIsWhatOpenPayoutsPay,
                "\(account): \(reserved) reserved and \(paid) paid, payouts say \(open[account] ?? 0) and \(done[account] ?? 0)"
            )
        }
        let booked = books.balance(.pool(.networkFee))
        try require(booked == fees, .feesAreBooked, "\(booked) booked, \(fees) paid")
    }

    private func checkChain(_ books: Books) throws(Violation) {
        let state = network.read(\.self)
        var sent: [[UInt8]: UInt64] = [:]
        for identifier in Array(state.mined.keys) + state.memoryPool {
            guard let transaction = state.transactions[identifier], !transaction.isForeign else { continue }
            for output in transaction.outputs { sent[output.scriptPublicKey, default: 0] += output.amount.units }
        }
        for account in accounts {
            guard let script = scripts[account] else { continue }
            let promised = books.balance(.miner(account, .paid)) + books.balance(.miner(account, .reserved))
            let onChain = sent[script] ?? 0
            try require(
                onChain <= promised,
                .nobodyIsPaidTwice,
                "\(account) was sent \(onChain), and \(promised) is all that was owed"
            )
        }
        for payout in books.payouts where payout.state == .confirmed {
            guard let signed = payout.settledBy else { continue }
            let depth = state.depthEver(of: signed.identifier)
            try require(
                depth >= Int(settings.payoutDepth),
                .paidIsOnTheChain,
                "payout \(payout.id) is confirmed, and its transaction was never deeper than \(depth)"
            )
            let outputs = state.transactions[signed.identifier]?.outputs ?? []
            for part in payout.outputs {
                let due = part.amount.units - (payout.feeParts[part.account]?.units ?? 0)
                try require(
                    outputs.contains { $0.amount.units == due && $0.scriptPublicKey == scripts[part.account] },
                    .paidIsOnTheChain,
                    "payout \(payout.id) is confirmed, and its transaction does not pay \(due) to \(part.account)"
                )
            }
        }
        for (hash, row) in books.blocks {
            let needed: UInt32
            switch row.stage {
            case .immature: needed = settings.depths.immature
            case .confirmed: needed = settings.depths.confirmed
            case .candidate, .orphaned, .rejected: needed = 0
            }
            try require(
                state.depthEver(of: hash) >= Int(needed),
                .creditedIsOnTheChain,
                "block \(hash) is \(row.stage), and was never deeper than \(state.depthEver(of: hash))"
            )
        }
    }

    /// After payouts were gone through, and nothing has gone wrong meanwhile.
    func lookAtThePaid(_ books: Books) throws(Violation) {
        let state = network.read(\.self)
        for payout in books.payouts where payout.state == .confirmed {
            guard let signed = payout.settledBy else { continue }
            try require(
                state.mined[signed.identifier] != nil,
                .paidStaysOnTheChain,
                "payout \(payout.id) is confirmed: \(state.story(of: signed.identifier))"
            )
        }
    }

    /// After nothing has gone wrong for a while: whatever was begun has come to its end.
    ///
    /// - Parameters:
    ///   - books: What the database holds.
    ///   - shares: What was acknowledged.
    ///   - paidByHand: Payouts of which a person has paid a part by hand: only a person can tell what is left of them.
    /// - Throws: What has not.
    func lookAtTheEnd(_ books: Books, _ shares: SimulatedShares, _ paidByHand: Set<Int64>) throws(Violation) {
        let state = network.read(\.self)
        for (hash, row) in books.blocks {
            let isOnChain = state.heights[hash] != nil
            let isRight = isOnChain ? row.stage == .confirmed : row.stage == .orphaned || row.stage == .rejected
            try require(
                isRight,
                .everythingComesToItsEnd,
                "block \(hash) is \(isOnChain ? "" : "not ")on the chain, and \(row.stage)"
            )
        }
        for payout in books.payouts {
            try require(
                payout.state.isFinal || paidByHand.contains(payout.id),
                .everythingComesToItsEnd,
                "payout \(payout.id) is \(payout.state): \(state.story(of: payout.versions.last?.identifier))"
            )
        }
        for proof in shares.acknowledged.keys where books.shareNumbers[proof] == nil {
            throw Violation(invariant: .everythingComesToItsEnd, what: "\(proof) is not in the books")
        }
    }
}

extension SimulatedNetwork.State {
    /// What has become of a transaction, and of those that its coins come from and went to.
    func story(of identifier: Hash256?) -> String {
        guard let identifier, let transaction = transactions[identifier] else { return "never sent" }
        let inputs = transaction.inputs.map { coin in
            let source = deposits.contains(coin) ? "deposit" : "\(place(of: coin.transaction))"
            let rival = spentBy[coin].map {
                "\($0.hex.prefix(8)) \(transactions[$0]?.isForeign == true ? "by hand" : "of the pool")"
            }
            return "\(coin.transaction.hex.prefix(8)):\(coin.output) (\(source)) spent by \(rival ?? "nobody")"
        }
        return
            "\(identifier.hex.prefix(8)) \(place(of: identifier)), deepest \(depthEver(of: identifier)), of \(inputs)"
    }

    private func place(of identifier: Hash256) -> String {
        mined[identifier].map { "at height \($0)" } ?? (memoryPool.contains(identifier) ? "waiting" : "nowhere")
    }
}
