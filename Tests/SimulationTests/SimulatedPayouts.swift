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
            transaction: payout.signed?.transaction ?? [],
            identifier: payout.signed?.identifier
        )
    }

    func plan(
        threshold: Amount,
        outputCountMax: Int,
        intervalMs: Int64,
        nowMs: Int64
    ) async throws(StoreError) -> Int? {
        try await call("plan") { books throws(BooksRefusal) in
            if let last = books.plannedMs, last > nowMs - intervalMs, last <= nowMs { return nil }
            books.plannedMs = nowMs
            let balances = books.balances.compactMap { account, balance in
                account.bucket == .confirmed && balance > 0
                    ? account.owner.map { AccountAmount($0, Amount(units: UInt64(balance))) } : nil
            }
            let batches = PayoutPlan.batches(of: balances, threshold: threshold, outputCountMax: outputCountMax)
            for batch in batches {
                let id = Int64(books.payouts.count + 1)
                books.payouts.append(Books.Payout(id: id, outputs: batch))
                try books.post(
                    transfers(.payoutReserve, of: batch, id, from: .confirmed, to: .reserved),
                    mutation: world.mutation
                )
                if world.mutation == .storageForgetsAPayout { books.payouts[Int(id) - 1].state = .cancelled }
                if world.mutation == .storageLetsBalancesFallBelowZero {
                    let again = transfers(.payoutReserve, of: batch, -id, from: .confirmed, to: .reserved)
                    try books.post(again, mutation: world.mutation)
                }
            }
            return batches.count
        }
    }

    func outputs(of id: Int64) async throws(StoreError) -> [AccountAmount] {
        try await call("outputs") { books in books.payouts.first { $0.id == id }?.outputs ?? [] }
    }

    func store(_ payout: BuiltPayout, of id: Int64, nowMs: Int64) async throws(StoreError) -> Bool {
        try await call("store") { books in
            guard books.payouts[Int(id) - 1].state == .reserved else { return false }
            books.payouts[Int(id) - 1].state = .signed
            // A storage that keeps nothing of it lets the same payout be signed again.
            if world.mutation == .walletSendsASecondTransaction { books.payouts[Int(id) - 1].state = .reserved }
            books.payouts[Int(id) - 1].signed = payout
            world.note("\(life.name): payout \(id) has transaction \(payout.identifier.hex.prefix(8))")
            return true
        }
    }

    func save(_ row: PayoutRow, confirmations: UInt32?, reason: String, nowMs: Int64) async throws(StoreError) {
        try await call("save") { books in
            let place = Int(row.id) - 1
            guard !books.payouts[place].state.isFinal else { return }
            books.payouts[place].state = row.attempt.state
            books.payouts[place].refusalCount = row.attempt.refusalCount
            world.note("\(life.name): payout \(row.id) is \(row.attempt.state) \(reason)")
            books.payouts[place].confirmations = confirmations ?? books.payouts[place].confirmations
        }
    }

    func settle(_ row: PayoutRow, depth: UInt32, nowMs: Int64) async throws(StoreError) {
        try await call("settle") { books throws(BooksRefusal) in
            let place = Int(row.id) - 1
            let payout = books.payouts[place]
            guard !payout.state.isFinal else { return }
            books.payouts[place].state = .confirmed
            world.note("\(life.name): payout \(row.id) is confirmed")
            books.payouts[place].confirmations = depth
            var all = transfers(.payoutSettle, of: payout.outputs, row.id, from: .reserved, to: .paid)
            let fee = payout.signed?.fee ?? .zero
            if fee > .zero, world.mutation != .settlingForgetsTheFee {
                all.append(
                    Transfer(
                        kind: .payoutFee,
                        reference: String(row.id),
                        from: .pool(world.mutation == .settlingTakesTheFeeFromTheChain ? .chain : .fee),
                        to: .pool(.networkFee),
                        amount: fee
                    )
                )
            }
            try books.post(all, mutation: world.mutation)
        }
    }

    func cancel(_ row: PayoutRow, reason: String, nowMs: Int64) async throws(StoreError) {
        try await call("cancel") { books throws(BooksRefusal) in
            let payout = books.payouts[Int(row.id) - 1]
            guard [.reserved, .conflicted].contains(payout.state) else { return }
            books.payouts[Int(row.id) - 1].state = .cancelled
            let returned = transfers(.payoutCancel, of: payout.outputs, row.id, from: .reserved, to: .confirmed)
            try books.post(returned, mutation: world.mutation)
            let debts = returned.compactMap(\.credit.owner).map { ($0, books.balance(.miner($0, .debt))) }
            let recovery = DebtRecovery.transfers(after: returned, debts: Dictionary(uniqueKeysWithValues: debts))
            try books.post(recovery, mutation: world.mutation)
        }
    }

    func release() async { database.release(session) }

    private func transfers(
        _ kind: Transfer.Kind,
        of parts: [AccountAmount],
        _ id: Int64,
        from: Bucket,
        to: Bucket
    ) -> [Transfer] {
        parts.map {
            Transfer(
                kind: kind,
                reference: String(id),
                from: .miner($0.account, from),
                to: .miner($0.account, to),
                amount: $0.amount
            )
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
