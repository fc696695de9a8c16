import MiningDomain
import Testing

@testable import BlockFormat
@testable import StratumProtocol

@Suite struct WorkerCredentialsTests {
    /// An address of regtest, made from a hash rather than written down.
    private static func anyAddress() throws -> Address {
        let script = Base58.encodeChecked(
            [Network.litecoinRegtest.publicKeyHashVersion] + [UInt8](repeating: 7, count: 20)
        )
        return try #require(Address(script, on: .litecoinRegtest))
    }

    @Test(
        arguments: [
            ("", "default"), (".", "default"), (".rig1", "rig1"), (".rig.1", "rig.1"), (".default", "default"),
            (".\(String(repeating: "w", count: 64))", String(repeating: "w", count: 64)),
        ]
    )
    func theFirstPointParts(suffix: String, worker: String) throws {
        let address = try Self.anyAddress()
        let credentials = try WorkerCredentials(address.text + suffix, on: .litecoinRegtest)
        #expect(credentials.address == address)
        #expect(credentials.worker.description == worker)
    }

    @Test(arguments: [".rig 1", ".r/1", ".rïg", ".\(String(repeating: "w", count: 65))"])
    func namesOfWorkersHaveRules(suffix: String) throws {
        let text = try Self.anyAddress().text
        #expect(throws: StratumError.badWorkerName) { try WorkerCredentials(text + suffix, on: .litecoinRegtest) }
    }

    @Test(arguments: ["", ".", ".rig", "rig", "x.rig", String(repeating: "1", count: 256)])
    func withoutAnAddressNobodyIsCredited(name: String) {
        #expect(throws: StratumError.badAddress) { try WorkerCredentials(name, on: .litecoinRegtest) }
    }

    @Test func anAddressOfAnotherChainIsNone() throws {
        let text = try Self.anyAddress().text
        #expect(throws: StratumError.badAddress) { try WorkerCredentials(text, on: .bitcoin) }
    }
}

@Suite struct InvalidShareWindowTests {
    private static func window(valid: Int, invalid: Int, atMs: UInt64 = 0) -> InvalidShareWindow {
        var window = InvalidShareWindow()
        for _ in 0..<valid { window.record(.accepted, nowMs: atMs, tipAgeMs: 0) }
        for _ in 0..<invalid { window.record(.lowDifficulty, nowMs: atMs, tipAgeMs: 0) }
        return window
    }

    @Test(arguments: [
        (35, 15, true), (36, 15, false), (0, 49, false), (0, 50, true), (36, 14, false), (700, 300, true),
        (701, 300, false),
    ])
    func tooManyOfEnough(valid: Int, invalid: Int, isExceeded: Bool) {
        #expect(Self.window(valid: valid, invalid: invalid).isExceeded(part: 3_000) == isExceeded)
    }

    @Test func oldSharesAreForgotten() {
        var window = Self.window(valid: 0, invalid: 49)
        window.record(.duplicate, nowMs: 299_999, tipAgeMs: 0)
        #expect(window.isExceeded(part: 3_000))
        window = Self.window(valid: 0, invalid: 49)
        window.record(.duplicate, nowMs: 300_000, tipAgeMs: 0)
        #expect(!window.isExceeded(part: 3_000))
        window = Self.window(valid: 0, invalid: 1_000)
        window.record(.duplicate, nowMs: .max, tipAgeMs: 0)
        #expect(!window.isExceeded(part: 3_000))
    }

    @Test func aClockThatGoesBackIsNoTrap() {
        var window = Self.window(valid: 0, invalid: 49, atMs: 600_000)
        window.record(.duplicate, nowMs: 0, tipAgeMs: 0)
        #expect(window.isExceeded(part: 3_000))
    }

    @Test(arguments: ShareVerdict.allCases) func whatCounts(verdict: ShareVerdict) {
        func isCounted(tipAgeMs: UInt64) -> Bool {
            var window = Self.window(valid: 0, invalid: 49)
            window.record(verdict, nowMs: 0, tipAgeMs: tipAgeMs)
            return window.isExceeded(part: 3_000)
        }
        switch verdict {
        case .unjudged, .expired, .unauthorized:
            #expect(!isCounted(tipAgeMs: 0))
            #expect(!isCounted(tipAgeMs: .max))
        case .stale:
            #expect(!isCounted(tipAgeMs: InvalidShareWindow.staleGraceMs))
            #expect(isCounted(tipAgeMs: InvalidShareWindow.staleGraceMs + 1))
        case .accepted, .lowDifficulty, .duplicate, .outsideBin, .hashMismatch, .timeOutOfRange, .versionNotAllowed:
            #expect(isCounted(tipAgeMs: 0))
        }
    }

    @Test func whatCannotBeJudgedCounts() {
        var window = Self.window(valid: 0, invalid: 49)
        var counts = InvalidShareWindow.Counts()
        counts.recordMalformed()
        window.add(counts, nowMs: 0)
        #expect(window.isExceeded(part: 3_000))
        #expect(MemoryLayout<InvalidShareWindow>.size <= 48)
    }
}

extension InvalidShareWindow {
    fileprivate mutating func record(_ verdict: ShareVerdict, nowMs: UInt64, tipAgeMs: UInt64) {
        var counts = Counts()
        counts.record(verdict, tipAgeMs: tipAgeMs)
        add(counts, nowMs: nowMs)
    }
}
