import ChainAdapter
import Hashing
import Ledger
import Messages
import MiningDomain
import PostgresClient
import TestSupport
import Testing

@testable import PayoutService

/// The simulated database does what PostgreSQL does: else the simulation would show something about itself only.
@Suite struct BooksLikePostgresTests {
    private static let stepCount = 120

    @Test(arguments: UInt64(1)...6) func bothKeepTheSame(seed: UInt64) async throws {
        var settings = try Simulation.settings()
        settings.scheme = RewardScheme.Name.allCases[Int(seed % 3)]
        let ledgers = try await TwoLedgers(settings, seed: seed)
        let chance = ledgers.world.chance
        var proofs: [Hash256] = []
        var blocks: [Hash256] = []
        for step in 0..<Self.stepCount {
            let what = "seed \(seed), step \(step)"
            switch chance.number(0...9) {
            case 0...2: try await record(&proofs, ledgers, what)
            case 3...6: try await report(&blocks, proofs, settings, ledgers, what)
            case _: try await pay(settings, ledgers, what)
            }
            let (simulated, real) = try await ledgers.balances
            #expect(simulated == real, "\(what)")
            guard simulated == real else { return }
        }
        let transfers = try await ledgers.transfers
        #expect(transfers.simulated == transfers.real)
        let credits = try await ledgers.credits
        #expect(credits.simulated == credits.real)
        #expect(transfers.real.count > 20)
        #expect(credits.real.count > 5)
    }

    private func record(_ proofs: inout [Hash256], _ ledgers: TwoLedgers, _ what: String) async throws {
        let chance = ledgers.world.chance
        var some = (0..<chance.number(1...4)).map { _ in chance.hash() }
        if let known = chance.pick(proofs), chance.happens(oneIn: 2) { some.append(known) }
        proofs += some
        let share = Books.Share(
            account: try #require(chance.pick(Simulation.accounts)),
            work: Work(hashes: UInt128(chance.number(1...20))),
            submission: UInt64(chance.number(1...4))
        )
        let (simulated, real) = try await ledgers.record(some, share)
        #expect(simulated == real, "\(what)")
    }

    private func report(
        _ blocks: inout [Hash256],
        _ proofs: [Hash256],
        _ settings: PayoutSettings,
        _ ledgers: TwoLedgers,
        _ what: String
    ) async throws {
        let chance = ledgers.world.chance
        if blocks.isEmpty || chance.happens(oneIn: 4) {
            blocks.append(chance.happens(oneIn: 2) ? chance.pick(proofs) ?? chance.hash() : chance.hash())
        }
        let states: [(BlockState, UInt32)] = [
            (.submitted, 0), (.accepted, 3), (.accepted, 20), (.accepted, 20), (.confirmed, 100), (.confirmed, 101),
            (.orphaned, 0), (.rejected, 0),
        ]
        let (state, confirmations) = states[chance.number(0...(states.count - 1))]
        let account = try #require(chance.pick(Simulation.accounts))
        let request = BlockReport(
            hash: try #require(chance.pick(blocks)).bytes,
            height: chance.happens(oneIn: 20) ? 501 : 500,
            jobID: 1,
            finder: chance.happens(oneIn: 5)
                ? nil
                : Client(address: account.description, worker: "rig", clientID: [UInt8](repeating: 1, count: 16)),
            state: state,
            confirmations: confirmations,
            reward: chance.happens(oneIn: 10) ? 900_000 : 1_000_003,
            networkTarget: [0x7f] + [UInt8](repeating: 0xff, count: 31),
            foundAtMs: 1_790_000_000_000,
            seenAtMs: UInt64(chance.number(0...3))
        )
        let report = try CheckedReport(request, on: settings.network)
        let nowMs = Int64(ledgers.world.clock.unixMilliseconds)
        let simulated = try await ledgers.books.simulated.record(report, nowMs: nowMs)
        let real = try await ledgers.books.real.record(report, nowMs: nowMs)
        #expect(simulated == real, "\(what)")
    }

    /// One turn with the right to pay: plan, and then something with one of the payouts.
    private func pay(_ settings: PayoutSettings, _ ledgers: TwoLedgers, _ what: String) async throws {
        let chance = ledgers.world.chance
        ledgers.world.clock.advance(seconds: chance.number(1...90))
        let nowMs = Int64(ledgers.world.clock.unixMilliseconds)
        let simulated = try #require(try await ledgers.payouts.simulated.claim())
        let real = try #require(try await ledgers.payouts.real.claim())
        var planned: [Int?] = []
        for store in [simulated, real] {
            planned.append(
                try await store.plan(
                    threshold: settings.payoutThreshold,
                    intervalMs: 60_000,
                    nowMs: nowMs
                ) { candidates in
                    PayoutPlan.batches(
                        of: candidates,
                        threshold: settings.payoutThreshold,
                        outputCountMax: settings.outputCountMax,
                        nowMs: nowMs
                    ) { _ in .zero }
                }
            )
        }
        #expect(planned[0] == planned[1], "\(what)")
        for _ in 0..<3 {
            let rows = (try await simulated.unfinished(), try await real.unfinished())
            #expect(rows.0.map(\.summary) == rows.1.map(\.summary), "\(what)")
            guard let row = chance.pick(rows.0) else { break }
            let bytes = chance.hash().bytes
            let move = chance.number(0...13)
            var outcomes: [String] = []
            for store in [simulated, real] {
                outcomes.append(try await Self.move(move, row, bytes, store, nowMs: nowMs))
                let known = try await store.payout(row.id)
                outcomes[outcomes.count - 1] += " \(known?.summary ?? "")"
            }
            #expect(outcomes[0] == outcomes[1], "\(what)")
        }
        let freed = (try await simulated.freed(countMax: 3), try await real.freed(countMax: 3))
        #expect(freed.0 == freed.1, "\(what)")
        let isMarked = chance.happens(oneIn: 3)
        for store in [simulated, real] where isMarked { try await store.markUnlocked(freed.0) }
        try await watch(simulated, real, nowMs: nowMs, chance, what)
        await simulated.release()
        await real.release()
    }

    /// Something is done with one of the payouts that are settled.
    private func watch(
        _ simulated: any PayoutStore,
        _ real: any PayoutStore,
        nowMs: Int64,
        _ chance: Chance,
        _ what: String
    ) async throws {
        let watched = (try await simulated.watched(countMax: 3), try await real.watched(countMax: 3))
        #expect(watched.0 == watched.1, "\(what)")
        guard let payout = chance.pick(watched.0) else { return }
        let move = chance.number(0...3)
        for store in [simulated, real] {
            switch move {
            case 0: try await store.postponeWatch(of: [payout.id], nowMs: nowMs)
            case 1: try await store.endWatch(of: [payout.id])
            case _:
                // Twice is once.
                for _ in 0..<2 { try await store.takeBack(payout, height: 9, reason: "gone", nowMs: nowMs) }
            }
        }
        let rows = (try await simulated.payout(payout.id), try await real.payout(payout.id))
        #expect(rows.0?.summary == rows.1?.summary, "\(what)")
    }

    private static func move(
        _ move: Int,
        _ row: PayoutRow,
        _ bytes: [UInt8],
        _ store: any PayoutStore,
        nowMs: Int64
    ) async throws -> String {
        var row = row
        let isHandedOver = try await store.handover(of: row.id) != nil
        switch move {
        case 0...3:
            // What was handed over nobody stores another version of.
            guard !isHandedOver else { return "" }
            let outputs = try await store.outputs(of: row.id)
            let draft = draft(bytes, outputs)
            let isStored = try await store.store(version(bytes), of: draft, for: row.id, nowMs: nowMs)
            return "\(outputs) \(isStored) \(try await kept(of: draft, row, store))"
        case 10, 11:
            let draft = draft(bytes, try await store.outputs(of: row.id))
            let psbt = try #require(PSBT(file: Array("psbt".utf8) + [0xff] + bytes))
            let handover = Handover(psbt: psbt, fee: Amount(units: UInt64(bytes[0])), height: UInt32(bytes[1]))
            let isStored = try await store.handOver(handover, of: draft, for: row.id, nowMs: nowMs)
            return "\(isStored) \(try await kept(of: draft, row, store))"
        case 12 where isHandedOver:
            try await store.markExported(row.id, nowMs: nowMs)
            return "\(String(describing: try await store.handover(of: row.id)))"
        case 13 where isHandedOver:
            return "\(try await store.adopt(version(bytes), of: row.id, nowMs: nowMs))"
        case 4 where !row.versions.isEmpty:
            try await store.replace(by: version(bytes), of: row.id, nowMs: nowMs)
        case 4, 5:
            _ = row.attempt.handle([.accepted, .refused, .conflicted, .waiting][Int(bytes[1]) % 4])
            try await store.save(row, confirmations: UInt32(bytes[2]), reason: "", nowMs: nowMs)
        case 6, 7:
            let versions = row.versions
            guard !versions.isEmpty else { return "" }
            let mined = versions[Int(bytes[0]) % versions.count].identifier
            try await store.settle(row, by: mined, depth: 6, nowMs: nowMs)
        case _: try await store.cancel(row, reason: "given up", nowMs: nowMs)
        }
        return ""
    }

    private static func draft(_ bytes: [UInt8], _ outputs: [PayoutOutput]) -> PayoutDraft {
        let coin = PayoutCoin(
            reference: CoinReference(transaction: Hash256.sha256(of: bytes), output: UInt32(bytes[1])),
            amount: Amount(units: 1 + UInt64(bytes[2])),
            scriptPublicKey: [bytes[3]]
        )
        // Now and then the first one bears a unit of the fee.
        let parts = outputs.prefix(Int(bytes[3]) % 2).map { ($0.account, Amount(units: 1)) }
        return PayoutDraft(coins: [coin], outputs: [], change: nil, feeParts: Dictionary(uniqueKeysWithValues: parts))
    }

    /// What is known of a draft's coins, and of the payout that they may be of.
    private static func kept(
        of draft: PayoutDraft,
        _ row: PayoutRow,
        _ store: any PayoutStore
    ) async throws -> String {
        let coins = draft.coins.map(\.reference)
        let held = try await store.held(among: coins)
        let isSpent = try await store.isSpent(anyOf: coins.map(\.transaction) + [Hash256.sha256(of: [1])])
        let handover = try await store.handover(of: row.id)
        return "\(held) \(isSpent) \(try await store.outputs(of: row.id)) \(String(describing: handover))"
    }

    private static func version(_ bytes: [UInt8]) -> PayoutVersion {
        PayoutVersion(
            transaction: bytes,
            identifier: Hash256.sha256d(of: bytes),
            fee: Amount(units: UInt64(bytes[0])),
            virtualSize: UInt64(bytes[1]),
            signedHeight: UInt32(bytes[2])
        )
    }
}

extension PayoutRow {
    fileprivate var summary: String {
        "\(id) \(attempt.state) \(attempt.refusalCount) \(versions) \(coins) \(takenBackHeight ?? 0) \(offered?.identifier.hex ?? "")"
    }
}
