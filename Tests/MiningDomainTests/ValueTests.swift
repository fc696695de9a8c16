import MiningDomain
import Testing

@Suite struct DifficultyTests {
    @Test(
        arguments: [
            ("1", 1_000_000_000, "1"), ("16", 16_000_000_000, "16"), ("0.5", 500_000_000, "0.5"),
            ("0.000015259", 15_259, "0.000015259"), ("007", 7_000_000_000, "7"), ("1.10", 1_100_000_000, "1.1"),
            ("9999999999.999999999", 9_999_999_999_999_999_999, "9999999999.999999999"),
            ("0.000000001", 1, "0.000000001"),
        ] as [(String, UInt64, String)]
    )
    func decimalsAreReadExactly(text: String, scaled: UInt64, canonical: String) {
        #expect(Difficulty(text)?.scaled == scaled)
        #expect(Difficulty(text)?.description == canonical)
    }

    @Test(arguments: [
        "", "0", "0.0", "-1", "+1", "1.", ".5", "1e3", "1,5", " 1", "1 ", "0.0000000001", "10000000000", "1.1.1", "NaN",
        "0x10", "١",
    ])
    func whatIsNoDifficultyIsRefused(text: String) {
        #expect(Difficulty(text) == nil)
    }
}

@Suite struct AmountTests {
    private static let most = Amount(units: .max)

    @Test func sumsAndDifferencesAreChecked() throws {
        #expect(try Amount(units: 2).adding(Amount(units: 3)) == Amount(units: 5))
        #expect(try Amount(units: 3).subtracting(Amount(units: 3)) == .zero)
        #expect(throws: AmountError.overflow) { try Self.most.adding(Amount(units: 1)) }
        #expect(throws: AmountError.insufficient) { try Amount(units: 2).subtracting(Amount(units: 3)) }
    }

    @Test(
        arguments: [
            (10, 1, 3, 3), (10, 3, 3, 10), (10, 0, 3, 0), (.max, .max, .max, .max), (.max, 1, 2, .max / 2),
            (.max, .max - 1, .max, .max - 1), (1, 1, .max, 0), (0, 5, 5, 0), (625_000_000, 99, 100, 618_750_000),
        ] as [(UInt64, UInt64, UInt64, UInt64)]
    )
    func partsAreRoundedDown(units: UInt64, part: UInt64, whole: UInt64, expected: UInt64) {
        #expect(Amount(units: units).share(part, of: whole) == Amount(units: expected))
    }
}

@Suite struct JobIDTests {
    @Test func textIsSixteenLowerCaseDigits() throws {
        let id = try #require(JobID(0x0123_4567_89ab_cdef))
        #expect(id.description == "0123456789abcdef")
        #expect(JobID("0123456789abcdef") == id)
        #expect(JobID(1)?.description == "0000000000000001")
        #expect(JobID(UInt64.max)?.description == "ffffffffffffffff")
        #expect(JobID(UInt64(0)) == nil)
        #expect(try #require(JobID(1)) < id)
    }

    @Test(arguments: [
        "", "0000000000000000", "0123456789ABCDEF", "123456789abcdef", "00123456789abcdef", "+123456789abcdef",
        "-123456789abcdef", "0x23456789abcdef", "0123456789abcdeg", "0123456789abcde٣",
    ])
    func otherTextIsRefused(text: String) {
        #expect(JobID(text) == nil)
    }
}

@Suite struct WorkerNameTests {
    @Test(arguments: ["a", "rig1", "Rig-1_b.c", String(repeating: "x", count: 64)]) func good(text: String) {
        #expect(WorkerName(text)?.description == text)
    }

    @Test(arguments: ["", String(repeating: "x", count: 65), "rig 1", "rig/1", "rïg", "rig\n", "rig\0", "😀"])
    func bad(text: String) {
        #expect(WorkerName(text) == nil)
    }
}
