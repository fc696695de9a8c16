import MiningDomain
import Testing

@testable import StratumProtocol

@Suite struct VardiffTests {
    private static func difficulty(_ text: String) throws -> Difficulty { try #require(Difficulty(decimal: text)) }

    private static func settings(_ least: String, _ most: String, start: String) throws -> VardiffSettings {
        VardiffSettings(bounds: try difficulty(least)...(try difficulty(most)), start: try difficulty(start))
    }

    /// Does what the advice says, until `end`, for a miner without any share.
    private static func silence(
        _ vardiff: inout Vardiff,
        from start: UInt64,
        to end: UInt64,
        _ settings: VardiffSettings
    ) -> [Difficulty] {
        var given: [Difficulty] = []
        for nowMs in stride(from: start, to: end, by: 1_000) {
            guard case .change(let difficulty, _) = vardiff.tick(nowMs: nowMs, settings) else { continue }
            vardiff.adopt(difficulty, nowMs: nowMs, settings)
            given.append(difficulty)
        }
        return given
    }

    @Test func itIsAFewWords() {
        #expect(MemoryLayout<Vardiff>.size <= 96)
    }

    @Test func silenceNeverLeadsBelowTheLeast() throws {
        let settings = try Self.settings("0.5", "1000", start: "100")
        var vardiff = Vardiff(settings, nowMs: 0)
        #expect(
            Self.silence(&vardiff, from: 0, to: 3_600_000, settings) == [
                try Self.difficulty("10"), try Self.difficulty("0.5"),
            ]
        )
    }

    @Test func floodsNeverLeadAboveTheMost() throws {
        let settings = try Self.settings("0.5", "1000", start: "1")
        var vardiff = Vardiff(settings, nowMs: 0)
        for nowMs in 0..<60_000 as Range<UInt64> {
            guard case .change(let difficulty, _) = vardiff.share(foundAt: vardiff.difficulty, nowMs: nowMs, settings)
            else {
                continue
            }
            vardiff.adopt(difficulty, nowMs: nowMs, settings)
        }
        #expect(vardiff.difficulty == settings.bounds.upperBound)
    }

    @Test func aFixedDifficultyStays() throws {
        let settings = try Self.settings("0.5", "1000", start: "1")
        let options = PasswordOptions("fd=7", within: settings.bounds)
        var vardiff = Vardiff(settings, options: options, nowMs: 0)
        #expect(Self.silence(&vardiff, from: 0, to: 3_600_000, settings) == [])
        for nowMs in 3_600_000..<3_610_000 as Range<UInt64> {
            #expect(vardiff.share(foundAt: vardiff.difficulty, nowMs: nowMs, settings) == .keep)
        }
        #expect(vardiff.difficulty == (try Self.difficulty("7")))
        #expect(!vardiff.isFresh)
        vardiff.raiseFloor(to: try Self.difficulty("64"), settings)
        #expect(vardiff.bounded(vardiff.difficulty, settings) == (try Self.difficulty("7")))
    }

    @Test func theMinersOwnFloorHolds() throws {
        let settings = try Self.settings("0.5", "1000", start: "1")
        var vardiff = Vardiff(settings, options: PasswordOptions("d=64;md=16", within: settings.bounds), nowMs: 0)
        #expect(vardiff.difficulty == (try Self.difficulty("64")))
        #expect(Self.silence(&vardiff, from: 0, to: 600_000, settings) == [try Self.difficulty("16")])
        let raised = Vardiff(settings, options: .none, floor: try Self.difficulty("64"), nowMs: 0)
        #expect(raised.difficulty == (try Self.difficulty("64")))
        vardiff.raiseFloor(to: try Self.difficulty("20"), settings)
        #expect(vardiff.bounded(try Self.difficulty("3"), settings) == (try Self.difficulty("20")))
        #expect(vardiff.bounded(try Self.difficulty("3000"), settings) == (try Self.difficulty("1000")))
        #expect(vardiff.isFresh)
        _ = vardiff.share(foundAt: .one, nowMs: 600_000, settings)
        #expect(!vardiff.isFresh)
    }

    @Test func timeBeforeTheFirstJobDoesNotCount() throws {
        let settings = try Self.settings("0.5", "1000", start: "100")
        var vardiff = Vardiff(settings, nowMs: 0)
        vardiff.begin(nowMs: 60_000)
        #expect(vardiff.tick(nowMs: 67_000, settings) == .keep)
        #expect(vardiff.tick(nowMs: 68_000, settings) == .change(try Self.difficulty("10"), isUrgent: true))
    }

    @Test func sharesFromBeforeAStepDownSayNothing() throws {
        let settings = try Self.settings("0.001", "1000", start: "100")
        var vardiff = Vardiff(settings, nowMs: 0)
        vardiff.adopt(try Self.difficulty("1"), nowMs: 8_000, settings)
        for _ in 0..<100 {
            #expect(vardiff.share(foundAt: try Self.difficulty("100"), nowMs: 8_001, settings) == .keep)
        }
    }

    @Test func aClockThatStandsOrGoesBackIsNoTrap() throws {
        let settings = try Self.settings("0.5", "1000", start: "1")
        var vardiff = Vardiff(settings, nowMs: 1_000)
        for _ in 0..<7 { #expect(vardiff.share(foundAt: .one, nowMs: 0, settings) == .keep) }
        #expect(
            vardiff.share(foundAt: .one, nowMs: 0, settings) == .change(try Self.difficulty("1000"), isUrgent: true)
        )
    }

    @Test(
        arguments: [
            (1.4, nil, "0.000000001"), (0, nil, "0.000000001"), (1_234.4, nil, "0.00000123"),
            (1_234_567_890, nil, "1.23"), (9_994_999_999, nil, "9.99"), (12_345_678_901, nil, "12"),
            (12_600_000_000, nil, "13"), (1_234_567_890_123, nil, "1230"), (1e18, nil, "1000000000"),
            (1e30, nil, "18000000000"),
            (1.4, "1", "0.000000002"), (0, "1", "0.000000001"), (1_234.4, "1", "0.00000124"),
            (1_234.4, "0.000001", "0.00000123"), (1_234_567_890, "1", "1.23"), (1_234_567_890, "2", "1.24"),
            (9_994_999_999, "9", "9.99"), (12_345_678_901, "10", "12"), (12_345_678_901, "20", "13"),
            (123_456_789_012, "200", "124"), (1_234_567_890_123, "1000", "1230"), (1e18, "1", "1000000000"),
            (1e30, "1", "18000000000"),
            // Steps of thirty percent stay within it.
            (15_600_000_000, "12", "15"), (14_300_000_000, "11", "14"), (13_000_000_000, "10", "13"),
            (300e9 * 0.1, "300", "30"), (10_769_230_769, "14", "11"), (9_230_769_230, "12", "9.24"),
        ] as [(Double, String?, String)]
    )
    func announcedDifficultiesAreShort(scaled: Double, present: String?, text: String) throws {
        let present = try present.map { try Self.difficulty($0) }
        #expect(Difficulty(rounding: scaled, towards: present).description == text)
    }

    @Test(arguments: [
        (1, 0), (2, 0.693147), (10, 2.302585), (0.001, -6.907755), (1.999999, 0.693146), (1e12, 27.631021),
    ])
    func logarithmsAreGoodToSixDigits(number: Double, logarithm: Double) {
        #expect(abs(ShareCount.logarithm(number) - logarithm) < 1e-5)
    }
}
