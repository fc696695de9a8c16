import JSON
import ServiceRuntime
import System
import TestSupport
import Testing

@testable import BlockFormat
@testable import Gateway

/// The operator's lists, without HTTP.
@Suite(.timeLimit(.minutes(2))) struct AccountAccessTests {
    private static let network = Network.litecoinRegtest

    /// An address like no other number's.
    static func address(_ number: Int) -> String {
        let program = [UInt8](repeating: 0, count: 16) + (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        let digits = [0] + Bech32.digits(program)
        return Bech32.encode(Bech32.Content(name: network.bech32Name, digits: digits, variant: .bech32))
    }

    private static func list(_ text: String) throws -> AccountList {
        try AccountList(Array(text.utf8), on: network)
    }

    @Test func aFileIsAnAddressALineWithComments() throws {
        let (one, two) = (Self.address(1), Self.address(2))
        let text = "# friends\n\n  \(one)  # the first\r\n\t\(two.uppercased())\n\(one)"
        #expect(try Self.list(text).accounts == [one, two])
        #expect(try Self.list("").accounts.isEmpty)
        #expect(try Self.list("# none\n \r\n").accounts.isEmpty)
    }

    @Test(arguments: [
        ("ADDRESS\nnobody\n", 2), ("ADDRESS ADDRESS", 1), ("\n\nltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", 3),
        ("ADDRESS,", 1), ("ADDRESSx", 1), ("# ok\n\u{0}\n", 2), ("\u{feff}ADDRESS", 1),
    ])
    func aLineThatIsNoAddressIsNamed(text: String, line: Int) {
        let text = text.replacing("ADDRESS", with: Self.address(1))
        #expect {
            try Self.list(text)
        } throws: { error in
            if case .line(line, _) = error as? AccountListError { true } else { false }
        }
        #expect(throws: AccountListError.line(2, "is not UTF-8")) { try AccountList([0x0a, 0xff], on: Self.network) }
    }

    @Test func deniedWinsAndAnEmptyListAllowsAll() throws {
        let (one, two, three) = (Self.address(1), Self.address(2), Self.address(3))
        var rule = AccountRule()
        #expect(rule.allows(one) && rule.isKnown)
        rule[.deny] = try Self.list(one)
        #expect(!rule.allows(one) && rule.allows(two))
        rule[.allow] = try Self.list("\(one)\n\(two)")
        #expect(!rule.allows(one) && rule.allows(two) && !rule.allows(three))
        rule[.allow] = nil
        #expect(!rule.allows(two) && !rule.isKnown)
    }

    /// A watch on lists in a folder, looked at by a clock that the test moves.
    private struct Watched: Sendable {
        let folder: ScratchFolder
        let clock = ManualClock()
        let log = LogLines()
        let surroundings: Surroundings
        let watch: AccountWatch

        init(allow: String? = nil, deny: String? = nil) throws {
            folder = try ScratchFolder("accounts")
            surroundings = Surroundings.test(clock: clock, log: log)
            var settings = GatewaySettings()
            settings.allowFile = folder.path + "/allow"
            settings.denyFile = folder.path + "/deny"
            if let allow { try Self.write(allow, settings.allowFile) }
            if let deny { try Self.write(deny, settings.denyFile) }
            watch = AccountWatch(settings, network: AccountAccessTests.network, surroundings: surroundings)
        }

        var access: AccountAccess { watch.access }
        var isReady: Bool { surroundings.health.missing.isEmpty }
        func complaints() -> Int { log.lines.count { $0.contains("account list not used") } }

        func write(_ text: String, _ name: String) throws { try Self.write(text, folder.path + "/" + name) }

        private static func write(_ text: String, _ path: String) throws {
            try DurableFile.replace(path, with: Array(text.utf8))
        }

        /// Lets the files be looked at once more.
        func look() async {
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(1))
            await clock.waitForSleepers(1)
        }

        func run(_ body: () async throws -> Void) async throws {
            let running = Task { await watch.run() }
            do {
                try await body()
            } catch {
                running.cancel()
                await running.value
                throw error
            }
            running.cancel()
            await running.value
        }
    }

    @Test func aChangeHoldsWithoutARestart() async throws {
        let (one, two) = (Self.address(1), Self.address(2))
        let watched = try Watched(allow: "", deny: two)
        let access = watched.access
        #expect(access.allows(one) && !access.allows(two) && watched.isReady)
        let before = access.generation
        try await watched.run {
            await watched.look()
            #expect(access.generation == before)
            try watched.write("\(two)\n", "allow")
            try watched.write("", "deny")
            await watched.look()
            #expect(!access.allows(one) && access.allows(two) && access.generation > before)
            let after = access.generation
            try watched.write("# the same\n\(two)\n", "allow")
            await watched.look()
            #expect(access.generation == after)
        }
        #expect(watched.surroundings.metrics.exposition.contains(#"lode_account_list_accounts{list="allow"} 1"#))
    }

    @Test func aFileThatCannotBeUsedChangesNothingAndIsSaidOnce() async throws {
        let one = Self.address(1)
        let watched = try Watched(allow: "", deny: one)
        try await watched.run {
            try watched.write("\(Self.address(2))\nnobody\n", "deny")
            for _ in 0..<3 { await watched.look() }
            #expect(!watched.access.allows(one) && watched.access.allows(Self.address(2)))
            #expect(watched.complaints() == 1 && watched.isReady)
            #expect(watched.log.lines.contains { $0.contains("line 2 is no address") })
            let broken = #"lode_account_list_broken{list="deny"} "#
            #expect(watched.surroundings.metrics.exposition.contains(broken + "1"))
            try DurableFile.remove(watched.folder.path + "/deny")
            for _ in 0..<3 { await watched.look() }
            #expect(!watched.access.allows(one) && watched.complaints() == 2)
            try Folder.create(watched.folder.path + "/deny")
            await watched.look()
            #expect(!watched.access.allows(one) && watched.complaints() == 3)
            try Folder.removeTree(watched.folder.path + "/deny")
            try watched.write("", "deny")
            await watched.look()
            #expect(watched.access.allows(one) && watched.complaints() == 3)
            #expect(watched.surroundings.metrics.exposition.contains(broken + "0"))
        }
    }

    @Test func whileAListIsNotKnownNobodyIsLetIn() async throws {
        let watched = try Watched(allow: "")
        #expect(!watched.access.allows(Self.address(1)) && !watched.isReady)
        try await watched.run {
            try watched.write("", "deny")
            await watched.look()
            #expect(watched.access.allows(Self.address(1)) && watched.isReady)
        }
    }

    @Test func withoutFilesEverybodyIsLetInAndNothingIsWatched() async {
        let surroundings = Surroundings.test(clock: ManualClock())
        let watch = AccountWatch(GatewaySettings(), network: Self.network, surroundings: surroundings)
        await watch.run()
        #expect(watch.access.allows(Self.address(1)) && surroundings.health.missing.isEmpty)
    }

    @Test func listsAreBounded() throws {
        let count = 100_000
        let text = (0..<count).map(Self.address).joined(separator: "\n")
        let watched = try Watched(allow: text, deny: "")
        #expect(watched.access.allows(Self.address(count - 1)) && !watched.access.allows(Self.address(count)))
        let huge = try Watched(allow: String(repeating: "#", count: AccountList.byteCountMax + 1), deny: "")
        #expect(!huge.access.allows(Self.address(1)) && huge.complaints() == 1)
        #expect(huge.log.lines.contains { $0.contains("larger than allowed") })
    }

    @Test func oneListHoldsNoMoreThanItsBound() {
        #expect(throws: AccountListError.line(4, "is one account too many")) {
            let text = (0..<5).map(Self.address).joined(separator: "\n")
            return try AccountList(Array(text.utf8), on: Self.network, countMax: 3)
        }
    }
}
