import HTTPServer
import JSON
import Messages
import Messaging
import ServiceRuntime
import System
import TestSupport
import Testing

@testable import Gateway

@Suite struct BanTests {
    private let folder: ScratchFolder
    private let clock = ManualClock()

    init() throws { folder = try ScratchFolder("bans") }

    private var path: String { folder.path + "/bans" }
    private func list() -> BanList { BanList(folder: folder.path, surroundings: .test(clock: clock)) }
    private func address(_ text: String) throws -> RemoteAddress { try #require(RemoteAddress(text)) }

    @Test("a ban ends by itself, or when it is lifted; a shorter one changes nothing")
    func end() throws {
        let list = list()
        let (anna, bert) = (try address("192.0.2.1"), try address("192.0.2.2"))
        list.ban(anna, for: .seconds(60), because: "many")
        list.ban(anna, for: .seconds(10), because: "few")
        list.ban(bert, for: .seconds(60), because: "many")
        #expect(list.ban(of: anna)?.untilMs == clock.unixMilliseconds + 60_000)
        #expect(list.all.map(\.reason) == ["many", "many"])
        #expect(list.lift(bert) && !list.lift(bert))
        #expect(list.ban(of: bert) == nil)
        clock.advance(by: .seconds(60))
        #expect(list.ban(of: anna) == nil && list.all.isEmpty)
        #expect(!list.lift(anna))
    }

    @Test("an address of IPv6 stands for its network")
    func networks() throws {
        let list = list()
        list.ban(try address("2001:db8::1"), for: .seconds(60), because: "x")
        #expect(list.ban(of: try address("2001:db8::ffff:2")) != nil)
        #expect(list.ban(of: try address("2001:db8:0:1::1")) == nil)
    }

    @Test("bans survive a restart, and what the disk lost bans nobody")
    func restart() async throws {
        let anna = try address("192.0.2.1")
        let before = list()
        before.ban(anna, for: .seconds(60), because: "40 % of\n100 shares")
        before.ban(try address("192.0.2.2"), for: .seconds(1), because: "x")
        clock.advance(by: .seconds(2))
        await stopped(before)
        let after = list()
        #expect(after.ban(of: anna)?.untilMs == before.ban(of: anna)?.untilMs)
        #expect(after.all.map(\.reason) == ["40 % of 100 shares"])
        try DurableFile.replace(
            path,
            with: Array("192.0.2.1 x y z\n\nhello\n192.0.2.9 1 99999999999999 why not\n".utf8)
        )
        #expect(list().all.map(\.address) == [try address("192.0.2.9")])
        try DurableFile.replace(path, with: [0xff, 0xfe, 10, 0])
        #expect(list().all.isEmpty)
    }

    @Test("a ban that cannot be written is written as soon as it can be")
    func fullDisk() async throws {
        let gone = folder.path + "/gone"
        let list = BanList(folder: gone, surroundings: .test(clock: clock))
        let running = Task { await list.run() }
        list.ban(try address("192.0.2.1"), for: .seconds(60), because: "many")
        await clock.waitForSleepers()
        #expect(!DurableFile.exists(gone + "/bans"))
        try Folder.create(gone)
        clock.advance(by: .seconds(1))
        try await Patience.wait(for: "the list") { DurableFile.exists(gone + "/bans") }
        #expect(BanList(folder: gone, surroundings: .test(clock: clock)).all.map(\.reason) == ["many"])
        running.cancel()
        await running.value
    }

    @Test("the list is bounded: the bans that end first make room")
    func bounds() throws {
        let list = list()
        for number in 0...UInt32(BanList.banCountMax) {
            let text = "10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
            list.ban(try address(text), for: .seconds(Int64(number) + 60), because: "")
        }
        #expect(list.all.count <= BanList.banCountMax)
        #expect(list.ban(of: try address("10.0.0.0")) == nil)
        #expect(list.ban(of: try address("10.1.134.160")) != nil)
    }

    /// Runs the list's writer until it has written what it knows.
    private func stopped(_ list: BanList) async {
        let running = Task { await list.run() }
        running.cancel()
        await running.value
    }

    // MARK: What an operator sees

    private let pool = FakePool()

    private func pages() -> BanPages {
        BanPages(
            list(),
            ledger: LedgerClient(LocalChannel(LedgerDispatcher(pool)), timeout: .seconds(10)),
            log: Surroundings.test(clock: clock).log
        )
    }

    private func ask(
        _ pages: BanPages,
        _ method: String,
        _ path: String,
        _ query: [String: String] = [:],
        by name: String? = "alice@desk"
    ) async throws -> (status: Int, json: JSON)? {
        let request = IncomingRequest(
            method: method,
            path: path,
            query: query,
            headers: name.map { ["lode-operator": $0] } ?? [:],
            peer: try address("127.0.0.1")
        )
        guard let response = await pages.answer(request), case .bytes(let body) = response.body else { return nil }
        return (response.status, try JSON(parsing: body))
    }

    @Test("an operator bans, lists and lifts")
    func operatorsWork() async throws {
        let pages = pages()
        #expect(try await ask(pages, "GET", "/metrics") == nil)
        #expect(try await ask(pages, "GET", "/bans", by: nil)?.json == [])
        let made = try await ask(pages, "PUT", "/bans/192.0.2.7", ["seconds": "60", "reason": "spam"])
        #expect(made?.status == 200)
        #expect(made?.json["recorded"] == true)
        let shown = try #require(try await ask(pages, "GET", "/bans")?.json.array?.first)
        #expect(shown["address"]?.string == "192.0.2.7" && shown["reason"]?.string == "spam")
        #expect(shown["until"]?.number?.description == "\(clock.unixMilliseconds / 1_000 + 60)")
        #expect(try await ask(pages, "DELETE", "/bans/192.0.2.7", by: "bob@desk")?.status == 200)
        #expect(try await ask(pages, "GET", "/bans")?.json == [])
        #expect(try await ask(pages, "DELETE", "/bans/192.0.2.7")?.status == 404)
        #expect(
            pool.read { $0.banEntries } == [
                BanEntry(operatorName: "alice@desk", address: "192.0.2.7", seconds: 60, reason: "spam"),
                BanEntry(operatorName: "bob@desk", address: "192.0.2.7"),
                BanEntry(operatorName: "alice@desk", address: "192.0.2.7", refusal: "192.0.2.7 is not banned"),
            ]
        )
    }

    @Test("a ban holds also while the ledger is away, and says that it was not noted")
    func whileTheLedgerIsAway() async throws {
        let pages = pages()
        pool.update { $0.ledgerError = .unavailable("away") }
        let made = try await ask(pages, "PUT", "/bans/192.0.2.7")
        #expect(made?.status == 200)
        #expect(made?.json["recorded"] == false)
        #expect(try await ask(pages, "GET", "/bans")?.json.array?.count == 1)
        #expect(try await ask(pages, "DELETE", "/bans/192.0.2.7")?.json["recorded"] == false)
    }

    @Test("nobody bans or lifts without a name", arguments: ["PUT", "DELETE"])
    func withoutAName(method: String) async throws {
        for name in [nil, "", "  ", "a\nb", String(repeating: "x", count: OperatorName.byteCountMax + 1)] {
            let answer = try #require(try await ask(pages(), method, "/bans/192.0.2.7", by: name))
            #expect(answer.status == 400)
            #expect(answer.json["error"]?.string?.contains("Lode-Operator") == true)
        }
        #expect(list().all.isEmpty)
        #expect(pool.read { $0.banEntries }.isEmpty)
    }

    @Test(
        "what makes no sense is refused with what would",
        arguments: [
            ("POST", "/bans", [:], 405, "GET /bans"), ("GET", "/bans/192.0.2.7", [:], 405, "DELETE lifts"),
            ("PUT", "/bans/nobody", [:], 400, "IP address"), ("DELETE", "/bans/192.0.2.7", [:], 404, "not banned"),
            ("PUT", "/bans/192.0.2.7", ["seconds": "0"], 400, "seconds"),
            ("PUT", "/bans/192.0.2.7", ["seconds": "99999999"], 400, "seconds"),
            ("PUT", "/bans/192.0.2.7", ["seconds": "-1"], 400, "seconds"),
            ("PUT", "/bans/192.0.2.7", ["reason": String(repeating: "x", count: 501)], 400, "500 bytes"),
        ] as [(String, String, [String: String], Int, String)]
    )
    func refusals(
        method: String,
        path: String,
        query: [String: String],
        status: Int,
        naming words: String
    ) async throws {
        let answer = try #require(try await ask(pages(), method, path, query))
        #expect(answer.status == status)
        #expect(answer.json["error"]?.string?.contains(words) == true)
    }
}
