import ChainAdapter
import Hashing
import Ledger
import MiningDomain

@testable import PayoutService

/// The right to pay, as one process reaches it in the simulated database.
struct SimulatedPayouts: PayoutStores {
    let world: World
    let life: Life
    let database: SimulatedDatabase
    let depthRequired: UInt32

    func claim() async throws(StoreError) -> (any PayoutStore)? {
        let session = try await world.call(
            life,
            "payouts.claim",
            refused: StoreError.unavailable("down"),
            lost: .unavailable("in the middle")
        ) { () throws(StoreError) in database.claim(evenIfHeld: world.isLockBroken) }
        return session.map {
            SimulatedPayoutStore(
                world: world,
                life: life,
                database: database,
                session: $0,
                depthRequired: depthRequired
            )
        }
    }
}

struct SimulatedPayoutStore: PayoutStore {
    let world: World
    let life: Life
    let database: SimulatedDatabase
    let session: Int
    let depthRequired: UInt32

    func unfinished() async throws(StoreError) -> [PayoutRow] {
        try await call("unfinished") { books in books.payouts.filter { !$0.state.isFinal }.map(row) }
    }

    func payout(_ id: Int64) async throws(StoreError) -> PayoutRow? {
        try await call("payout") { books in books.payouts.first { $0.id == id }.map(row) }
    }

    private func row(_ payout: Books.Payout) -> PayoutRow {
        PayoutRow(
            id: payout.id,
            attempt: PayoutAttempt(
                depthRequired: depthRequired,
                state: payout.state,
                refusalCount: payout.refusalCount
            ),
            versions: payout.versions,
            current: payout.current,
            coins: payout.coins,
            takenBackHeight: payout.takenBackHeight
        )
    }

    func plan(
        threshold: Amount,
        intervalMs: Int64,
        nowMs: Int64,
        choose: @Sendable ([PayoutPlan.Candidate]) -> [[AccountAmount]]
    ) async throws(StoreError) -> Int? {
        try await call("plan") { books throws(BooksRefusal) in
            if let last = books.plannedMs, last > nowMs - intervalMs, last <= nowMs { return nil }
            books.plannedMs = nowMs
            let candidates = books.balances.compactMap { account, balance in
                account.bucket == .confirmed && balance > 0
                    ? account.owner.map {
                        PayoutPlan.Candidate(account: $0, balance: Amount(units: UInt64(balance)))
                    } : nil
            }
            let batches = choose(candidates)
            for batch in batches {
                let id = Int64(books.payouts.count + 1)
                books.payouts.append(Books.Payout(id: id, outputs: batch))
                try books.post(
                    PayoutMoney.reservation(of: id, batch),
                    mutation: world.mutation
                )
                if world.mutation == .storageForgetsAPayout { books.payouts[Int(id) - 1].state = .cancelled }
                if world.mutation == .storageLetsBalancesFallBelowZero {
                    try books.post(PayoutMoney.reservation(of: -id, batch), mutation: world.mutation)
                }
            }
            return batches.count
        }
    }

    func outputs(of id: Int64) async throws(StoreError) -> [PayoutOutput] {
        try await call("outputs") { books in books.payouts.first { $0.id == id }.map(Self.outputs) ?? [] }
    }

    private static func outputs(of payout: Books.Payout) -> [PayoutOutput] {
        payout.outputs.map {
            PayoutOutput(account: $0.account, amount: $0.amount, feePart: payout.feeParts[$0.account] ?? .zero)
        }
    }

    func isSpent(anyOf transactions: [Hash256]) async throws(StoreError) -> Bool {
        try await call("isSpent") { books in
            books.payouts.filter { $0.state != .cancelled }.flatMap(\.coins)
                .contains { transactions.contains($0.reference.transaction) }
        }
    }

    func held(among coins: [CoinReference]) async throws(StoreError) -> Set<CoinReference> {
        try await call("held") { books in
            Set(books.payouts.filter { $0.state != .cancelled }.flatMap(\.coins).map(\.reference))
                .intersection(coins)
        }
    }

    func freed(countMax: Int) async throws(StoreError) -> [CoinReference] {
        try await call("freed") { books in
            let held = Set(books.payouts.filter { $0.state != .cancelled }.flatMap(\.coins).map(\.reference))
            return books.payouts.filter { $0.state == .cancelled }.flatMap { payout in
                payout.coins.map(\.reference).filter { !payout.unlocked.contains($0) && !held.contains($0) }
            }.prefix(countMax).sorted()
        }
    }

    func markUnlocked(_ coins: [CoinReference]) async throws(StoreError) {
        try await call("markUnlocked") { books in
            for place in books.payouts.indices where books.payouts[place].state == .cancelled {
                books.payouts[place].unlocked.formUnion(coins)
            }
        }
    }

    func store(
        _ version: PayoutVersion,
        of draft: PayoutDraft,
        for id: Int64,
        nowMs: Int64
    ) async throws(StoreError) -> Bool {
        try await call("store") { books throws(BooksRefusal) in
            let place = Int(id) - 1
            guard books.payouts[place].state == .reserved else { return false }
            let held = Set(books.payouts.filter { $0.state != .cancelled }.flatMap(\.coins))
            guard held.isDisjoint(with: draft.coins) else { throw .writtenBefore }
            books.payouts[place].state = .signed
            books.payouts[place].versions = [version]
            books.payouts[place].current = version.identifier
            books.payouts[place].coins = draft.coins
            // A storage that keeps no coins of it lets the same payout be signed again.
            if world.mutation == .walletSendsASecondTransaction {
                books.payouts[place].state = .reserved
                books.payouts[place].coins = []
            }
            books.payouts[place].feeParts = draft.feeParts
            world.note("\(life.name): payout \(id) has transaction \(version.identifier.hex.prefix(8))")
            return true
        }
    }

    func replace(by version: PayoutVersion, of id: Int64, nowMs: Int64) async throws(StoreError) {
        try await call("replace") { books in
            books.payouts[Int(id) - 1].versions.append(version)
            books.payouts[Int(id) - 1].current = version.identifier
        }
    }

    func exclude(
        _ accounts: [PayoutExclusion],
        from row: PayoutRow,
        nowMs: Int64
    ) async throws(StoreError) {
        throw .refused("every address is good here")
    }

    func excluded(countMax: Int, nowMs: Int64) async throws(StoreError) -> [AccountName] { [] }

    func excludedCount() async throws(StoreError) -> Int { 0 }

    func admit(_ account: AccountName) async throws(StoreError) {}

    func save(_ row: PayoutRow, confirmations: UInt32?, reason: String?, nowMs: Int64) async throws(StoreError) {
        try await call("save") { books throws(BooksRefusal) in
            let place = Int(row.id) - 1
            guard !books.payouts[place].state.isFinal else { return }
            // As the table's CHECK: what is signed is not reserved any more, whatever somebody knows who looked before.
            let isSigned = !books.payouts[place].versions.isEmpty
            let isUnsigned = row.attempt.state == .planned || row.attempt.state == .reserved
            guard !isSigned || !isUnsigned || world.mutation != nil else { throw .writtenBefore }
            books.payouts[place].state = row.attempt.state
            books.payouts[place].refusalCount = row.attempt.refusalCount
            world.note("\(life.name): payout \(row.id) is \(row.attempt.state) \(reason ?? "")")
            books.payouts[place].confirmations = confirmations ?? books.payouts[place].confirmations
        }
    }

    func settle(_ row: PayoutRow, by version: Hash256, depth: UInt32, nowMs: Int64) async throws(StoreError) {
        try await call("settle") { books throws(BooksRefusal) in
            let place = Int(row.id) - 1
            let payout = books.payouts[place]
            guard !payout.state.isFinal, let mined = payout.versions.first(where: { $0.identifier == version }) else {
                return
            }
            books.payouts[place].state = .confirmed
            world.note("\(life.name): payout \(row.id) is confirmed")
            books.payouts[place].confirmations = depth
            books.payouts[place].settledBy = mined
            books.payouts[place].current = version
            books.payouts[place].roundCount += 1
            books.payouts[place].lookedAtMs = 0
            let round = books.payouts[place].roundCount
            var all = PayoutMoney.settlement(of: row.id, round: round, Self.outputs(of: payout), fee: mined.fee)
            let isPoolsFee = { (transfer: Transfer) in transfer.kind == .payoutFee && transfer.debit.owner == nil }
            if world.mutation == .settlingForgetsTheFee { all.removeAll(where: isPoolsFee) }
            if world.mutation == .settlingTakesTheFeeFromTheChain {
                all = all.map { transfer in
                    guard isPoolsFee(transfer) else { return transfer }
                    return Transfer(
                        kind: .payoutFee,
                        reference: transfer.reference,
                        from: .pool(.chain),
                        to: .pool(.networkFee),
                        amount: transfer.amount
                    )
                }
            }
            try books.post(all, mutation: world.mutation)
        }
    }

    func watched(countMax: Int) async throws(StoreError) -> [WatchedPayout] {
        try await call("watched") { books in
            books.payouts.filter { $0.state == .confirmed && $0.lookedAtMs != nil }
                .sorted { ($0.lookedAtMs ?? 0, -$0.id) < ($1.lookedAtMs ?? 0, -$1.id) }
                .prefix(countMax).compactMap { payout in
                    payout.settledBy.map {
                        WatchedPayout(
                            id: payout.id,
                            version: $0.identifier,
                            round: payout.roundCount,
                            settledDepth: payout.confirmations
                        )
                    }
                }
        }
    }

    func postponeWatch(of ids: [Int64], nowMs: Int64) async throws(StoreError) {
        try await call("postponeWatch") { books in
            for id in ids where books.payouts[Int(id) - 1].lookedAtMs != nil {
                books.payouts[Int(id) - 1].lookedAtMs = nowMs
            }
        }
    }

    func endWatch(of ids: [Int64]) async throws(StoreError) {
        try await call("endWatch") { books in
            for id in ids { books.payouts[Int(id) - 1].lookedAtMs = nil }
        }
    }

    func takeBack(
        _ payout: WatchedPayout,
        height: UInt32,
        reason: String,
        nowMs: Int64
    ) async throws(StoreError) {
        try await call("takeBack") { books throws(BooksRefusal) in
            let place = Int(payout.id) - 1
            let known = books.payouts[place]
            guard known.state == .confirmed, known.roundCount == payout.round, let mined = known.settledBy else {
                return
            }
            books.payouts[place].state = .broadcast
            books.payouts[place].refusalCount = 0
            books.payouts[place].confirmations = 0
            books.payouts[place].takenBackHeight = height
            books.payouts[place].lookedAtMs = nil
            books.payouts[place].settledBy = nil
            if world.mutation == .takenBackPayoutsAreSignedAnew {
                books.payouts[place].state = .reserved
                books.payouts[place].coins = []
                books.payouts[place].handover = nil
            }
            world.note("\(life.name): payout \(payout.id) is taken back")
            let settlement = PayoutMoney.settlement(
                of: payout.id,
                round: payout.round,
                Self.outputs(of: known),
                fee: mined.fee
            )
            var all = PayoutMoney.reversal(of: settlement)
            if world.mutation == .takingBackForgetsTheFee { all.removeAll { $0.credit == .pool(.fee) } }
            if world.mutation == .takingBackForgetsTheMoney { all.removeAll { $0.credit.owner != nil } }
            try books.post(all, mutation: world.mutation)
        }
    }

    func cancel(_ row: PayoutRow, reason: String, nowMs: Int64) async throws(StoreError) {
        try await call("cancel") { books throws(BooksRefusal) in
            let payout = books.payouts[Int(row.id) - 1]
            guard [.reserved, .conflicted].contains(payout.state) else { return }
            books.payouts[Int(row.id) - 1].state = .cancelled
            let returned = PayoutMoney.cancellation(of: row.id, Self.outputs(of: payout))
            try books.post(returned, mutation: world.mutation)
            let debts = returned.compactMap(\.credit.owner).map { ($0, books.balance(.miner($0, .debt))) }
            let recovery = DebtRecovery.transfers(after: returned, debts: Dictionary(uniqueKeysWithValues: debts))
            try books.post(recovery, mutation: world.mutation)
        }
    }

    func release() async { database.release(session) }

    // MARK: - Somebody else signs

    func handOver(
        _ handover: Handover,
        of draft: PayoutDraft,
        for id: Int64,
        nowMs: Int64
    ) async throws(StoreError) -> Bool {
        try await call("handOver") { books throws(BooksRefusal) in
            let place = Int(id) - 1
            guard books.payouts[place].state == .reserved, books.payouts[place].handover == nil else { return false }
            let held = Set(books.payouts.filter { $0.state != .cancelled }.flatMap(\.coins))
            guard held.isDisjoint(with: draft.coins) else { throw .writtenBefore }
            books.payouts[place].handover = handover
            books.payouts[place].coins = draft.coins
            books.payouts[place].feeParts = draft.feeParts
            world.note("\(life.name): payout \(id) is handed over")
            return true
        }
    }

    func handover(of id: Int64) async throws(StoreError) -> Handover? {
        try await call("handover") { books in books.payouts.first { $0.id == id }?.handover }
    }

    func isHandedOver(_ id: Int64) async throws(StoreError) -> Bool {
        try await call("isHandedOver") { books in books.payouts.first { $0.id == id }?.handover != nil }
    }

    func markExported(_ id: Int64, nowMs: Int64) async throws(StoreError) {
        try await call("markExported") { books throws(BooksRefusal) in
            guard let handover = books.payouts[Int(id) - 1].handover else { throw .notThere }
            guard world.mutation != .storageForgetsThatAPayoutWasExported else { return }
            books.payouts[Int(id) - 1].handover = Handover(
                psbt: handover.psbt,
                fee: handover.fee,
                height: handover.height,
                exportedAtMs: handover.exportedAtMs ?? nowMs
            )
            // A storage that keeps no coins of what was handed out has it drawn up again, of others.
            guard world.mutation == .handedOverPayoutsAreDrawnUpAnew, !world.isCalm else { return }
            books.payouts[Int(id) - 1].handover = nil
            books.payouts[Int(id) - 1].coins = []
        }
    }

    func adopt(_ version: PayoutVersion, of id: Int64, nowMs: Int64) async throws(StoreError) -> Bool {
        try await call("adopt") { books in
            let place = Int(id) - 1
            guard books.payouts[place].state == .reserved else { return false }
            books.payouts[place].state = .signed
            books.payouts[place].versions = [version]
            books.payouts[place].current = version.identifier
            return true
        }
    }

    private func call<Value: Sendable>(
        _ name: String,
        _ body: (inout Books) throws(BooksRefusal) -> Value
    ) async throws(StoreError) -> Value {
        try await world.call(
            life,
            "payouts.\(name)",
            refused: StoreError.unavailable("down"),
            lost: .unavailable("in the middle")
        ) { () throws(StoreError) in
            guard database.isPayer(session) || world.isLockBroken else {
                throw .unavailable("the session has ended")
            }
            do throws(BooksRefusal) {
                return try database.transaction(body)
            } catch {
                throw .refused("\(error)")
            }
        }
    }
}
