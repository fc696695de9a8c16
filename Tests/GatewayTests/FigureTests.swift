import Gateway
import HTTPClient
import JSON
import Messages
import MiningDomain
import TestSupport
import Testing

/// `GET /api/…`.
@Suite struct FigureTests {
    private static let address = "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3"
    private static let hash = String(repeating: "0b", count: 32)
    private static let work: [UInt8] = [UInt8](repeating: 0, count: 14) + [1, 2]

    @Test func pagesShowWhatTheLedgerRemembers() async throws {
        try await GatewayFixture.run { gateway in
            gateway.pool.update { state in
                state.figures.pool = PoolFigures(
                    roundWork: Self.work,
                    accounts: 3,
                    workers: 2,
                    lastBlockAtMs: 5_999,
                    blocks: 1,
                    paid: 9,
                    payoutsPending: 4,
                    nodes: [NodeState(height: 8, tip: [1, 2], seenAtMs: 7_000)]
                )
                state.figures.account = AccountFigures(
                    lastShareAtMs: 0,
                    workers: [WorkerFigures(name: "rig1", accepted: 1, lastShareAtMs: 2_000, hashrate: 7)]
                )
                state.figures.samples = Samples(samples: [Sample(atMs: 600_000, shares: 2, hashrate: 7)])
                state.figures.work = WorkByAccount(
                    accounts: [AccountWork(address: Self.address, work: Self.work, amount: 5)],
                    total: Self.work,
                    accountCount: 2
                )
                state.figures.payouts = Payouts(payouts: [
                    PayoutFigures(number: 1, state: "signed", txid: "ab", amount: 2)
                ])
                state.figures.finders = Finders(finders: [Finder(address: Self.address, blocks: 2)])
                state.statement = MinerStatement(accepted: 1, confirmed: 6, debt: 7)
            }
            let sample: JSON = ["interval": 600, "samples": [["time": 600, "hashrate": 7, "shares": 2]]]
            let work: JSON = [
                "total": "258", "account_count": 2,
                "accounts": [["address": JSON(Self.address), "work": "258", "amount": 5]],
            ]
            let payouts: JSON = [
                "payouts": [
                    ["number": 1, "state": "signed", "txid": "ab", "amount": 2, "outputs": 0, "time": nil]
                ]
            ]
            let pages: [(String, JSON)] = [
                ("/api/pool/history", sample), ("/api/accounts/\(Self.address)/history?worker=rig1&hours=2", sample),
                ("/api/round", work), ("/api/blocks/\(Self.hash)/shares?count=2", work),
                ("/api/payouts?state=pending", payouts), ("/api/accounts/\(Self.address)/payouts", payouts),
                (
                    "/api/finders",
                    ["finders": [["address": JSON(Self.address), "blocks": 2, "orphaned": 0, "last_block": nil]]]
                ),
            ]
            for (path, page) in pages { #expect(try await gateway.json("GET", path) == page, "\(path)") }
            let pool = try await gateway.json("GET", "/api/pool")
            #expect(pool["round"]?["work"] == "258")
            #expect(pool["last_block"] == 5)
            #expect(pool["nodes"] == [["name": "", "height": 8, "tip": "0201", "last_seen": 7]])
            let account = try await gateway.json("GET", "/api/accounts/\(Self.address)")
            #expect(account["last_share"] == nil || account["last_share"] == .some(nil))
            #expect(account["hashrate"] == 7)
            #expect(account["balance"] == ["immature": 0, "confirmed": 6, "paid": 0, "debt": 7])
            #expect(try await gateway.json("GET", "/api/blocks")["blocks"] != nil)
            #expect(
                gateway.pool.read(\.figures.asked).contains("\(Self.address) rig1 2")
                    && gateway.pool.read(\.figures.asked).contains(" true 0 20")
            )
        }
    }

    @Test func aStatementIsATableThatTellsWhereItGoesOn() async throws {
        try await GatewayFixture.run { gateway in
            let entry = Entry(
                number: 12,
                atMs: 1_790_000_000_001,
                kind: "block_credit",
                reference: "ab:1",
                to: "immature",
                amount: 1_234_567_890
            )
            gateway.pool.update { $0.figures.entries = Entries(entries: [entry], hasMore: true) }
            let page = try await gateway.send("GET", "/api/accounts/\(Self.address)/statement.csv")
            #expect(page.headers["content-type"] == "text/csv; charset=utf-8")
            #expect(page.headers["link"] == "<statement.csv?after=12>; rel=\"next\"")
            #expect(
                String(decoding: page.body, as: UTF8.self) == """
                    entry,time,kind,reference,from,to,units,coins\r
                    12,2026-09-21T14:13:20.001Z,block_credit,ab:1,,immature,1234567890,12.34567890\r

                    """
            )
            gateway.pool.update { $0.figures.entries = Entries() }
            let last = try await gateway.send("GET", "/api/accounts/\(Self.address)/statement.csv?after=12")
            #expect(last.headers["link"] == nil)
            #expect(gateway.pool.read(\.figures.asked) == ["\(Self.address) 0 5000", "\(Self.address) 12 5000"])
        }
    }

    @Test(arguments: [
        ("/api/accounts/nobody", 400, "invalid_field"), ("/api/accounts/nobody/statement.csv", 400, "invalid_field"),
        ("/api/pool/history?hours=721", 400, "invalid_field"), ("/api/pool/history?hours=0", 400, "invalid_field"),
        ("/api/payouts?state=lost", 400, "invalid_field"), ("/api/payouts?count=101", 400, "invalid_field"),
        ("/api/blocks/12/shares", 400, "invalid_field"), ("/api/round?count=x", 400, "invalid_field"),
        ("/api/nothing", 404, "unknown_path"),
    ])
    func whatIsWrongIsNamed(path: String, status: Int, code: String) async throws {
        try await GatewayFixture.run { gateway in
            let page = try await gateway.json("GET", path, status: status)
            #expect(page["error"]?["code"] == JSON(code))
            #expect(gateway.pool.read(\.figures.asked).isEmpty)
        }
    }

    @Test func noMoreQuestionsThanAFewAreAskedAtOnce() async throws {
        try await GatewayFixture.run { gateway in
            let gate = Gate()
            gateway.pool.update { $0.figures.gate = gate }
            try await withThrowingTaskGroup(of: Int.self) { group in
                for count in 1...8 {
                    group.addTask {
                        try await HTTPConnection().send(
                            HTTPRequest(method: "GET", url: gateway.url("/api/finders?count=\(count)"))
                        ).status
                    }
                }
                try await gateway.settle { gateway.pool.read(\.figures.asked.count) == 8 }
                let ninth = try await gateway.json("GET", "/api/finders?count=9", status: 503)
                #expect(ninth["error"]?["code"] == "overloaded")
                gate.open()
                for try await status in group { #expect(status == 200) }
            }
            _ = try await gateway.json("GET", "/api/finders?count=9")
        }
    }

    @Test func anAnswerServesForAWhileAndARefusalDoesNot() async throws {
        let clock = ManualClock()
        try await GatewayFixture.run(clock: clock) { gateway in
            gateway.pool.update { $0.ledgerError = .unavailable("away") }
            _ = try await gateway.json("GET", "/api/finders", status: 503)
            gateway.pool.update { $0.ledgerError = nil }
            for _ in 0..<5 { _ = try await gateway.json("GET", "/api/finders") }
            #expect(gateway.pool.read(\.figures.asked) == ["20", "20"])
            _ = try await gateway.json("GET", "/api/finders?count=3")
            clock.advance(by: .seconds(11))
            _ = try await gateway.json("GET", "/api/finders")
            #expect(gateway.pool.read(\.figures.asked) == ["20", "20", "3", "20"])
            gateway.pool.update { $0.figures.work = nil }
            _ = try await gateway.json("GET", "/api/blocks/\(Self.hash)/shares", status: 404)
        }
    }

    @Test func aBlockThatNobodyWasCreditedForIsSaidToBeOne() async throws {
        try await GatewayFixture.run { gateway in
            gateway.pool.update { $0.figures.work = nil }
            let page = try await gateway.json("GET", "/api/blocks/\(Self.hash)/shares", status: 404)
            #expect(page["error"]?["code"] == "uncredited_block")
            #expect(page["error"]?["message"]?.string?.contains("address") == false)
            // Where nothing can be missing, a ledger that says so is at fault, and not who asked.
            gateway.pool.update { $0.ledgerError = .notFound("no such thing") }
            #expect(try await gateway.json("GET", "/api/finders", status: 500)["error"]?["code"] == "internal")
        }
    }
}
