import Hashing
import MiningDomain
import Testing

private func hex(_ digits: String) -> String {
    String(repeating: "0", count: 64 - digits.count) + digits
}

@Suite struct TargetTests {
    private static let sha256d = Target(UInt256(0xffff) << 208)
    private static let scrypt = Target(UInt256(0xffff) << 224)

    /// Cases of Bitcoin Core's `arith_uint256_tests.cpp` (`bignum_SetCompact`), and real chains' limits.
    @Test(
        arguments: [
            (0x0100_3456, nil),
            (0x0112_3456, hex("12")),
            (0x0200_8000, hex("80")),
            (0x0212_3456, hex("1234")),
            (0x0312_3456, hex("123456")),
            (0x0412_3456, hex("12345600")),
            (0x0492_3456, nil),  // negative
            (0x04fe_dcba, nil),
            (0x0500_9234, hex("92340000")),
            (0x2012_3456, hex("123456" + String(repeating: "0", count: 58))),
            (0xff12_3456, nil),  // past 256 bits
            (0x2300_0001, nil),
            (0x2200_0001, hex("1" + String(repeating: "0", count: 62))),
            (0x2200_0100, nil),
            (0x2100_ffff, hex("ffff" + String(repeating: "0", count: 60))),
            (0x2101_0000, nil),
            (0x2000_0000, nil),  // zero
            (0x0000_0000, nil),
            (0x1d00_ffff, "00000000ffff0000000000000000000000000000000000000000000000000000"),
            (0x1e0f_ffff, "00000fffff000000000000000000000000000000000000000000000000000000"),
            (0x1b04_864c, "000000000004864c000000000000000000000000000000000000000000000000"),
            (0x207f_ffff, "7fffff0000000000000000000000000000000000000000000000000000000000"),
            (0x1f00_ffff, "0000ffff00000000000000000000000000000000000000000000000000000000"),
        ] as [(UInt32, String?)]
    )
    func compactForm(bits: UInt32, expected: String?) {
        #expect(Target(bits: bits)?.hex == expected)
    }

    @Test(arguments: [
        ("1", "00000000ffff0000000000000000000000000000000000000000000000000000"),
        ("2", "000000007fff8000000000000000000000000000000000000000000000000000"),
        ("0.5", "00000001fffe0000000000000000000000000000000000000000000000000000"),
        ("65536", "000000000000ffff000000000000000000000000000000000000000000000000"),
        ("0.000000001", "3b9a8e6536000000000000000000000000000000000000000000000000000000"),
    ])
    func targetOfDifficultyIsExact(difficulty: String, expected: String) throws {
        let difficulty = try #require(Difficulty(difficulty))
        #expect(Target(difficulty: difficulty, differenceOne: Self.sha256d).hex == expected)
    }

    @Test func scryptsScaleIs65536TimesEasier() throws {
        let one = try #require(Difficulty("1"))
        #expect(Target(difficulty: one, differenceOne: Self.scrypt) == Self.scrypt)
        #expect(Target(difficulty: one, differenceOne: Self.scrypt) == Target(bits: 0x1f00_ffff))
        let third = try #require(Difficulty("3"))
        #expect(Target(difficulty: third, differenceOne: Self.scrypt).hex.hasPrefix("0000555500000000"))
        let easiest = try #require(Difficulty(scaled: 1))
        #expect(Target(difficulty: easiest, differenceOne: Self.scrypt).value == .max)
        #expect(Target(difficulty: easiest, differenceOne: Self.sha256d).value < .max)
    }

    @Test func harderIsNeverEasier() throws {
        var last = UInt256.max
        for scaled: UInt64 in [1, 2, 1_000, 15_259, 999_999_999, 1_000_000_000, 1_000_000_001, .max / 2, .max] {
            let difficulty = try #require(Difficulty(scaled: scaled))
            let target = Target(difficulty: difficulty, differenceOne: Self.scrypt)
            #expect(target.value <= last && target.value > .zero)
            last = target.value
        }
    }

    @Test func aHashMeetsItsOwnValueAndNotOneLess() throws {
        let hash = try #require(Hash256(displayHex: "00000000ffff0000000000000000000000000000000000000000000000000001"))
        #expect(!Self.sha256d.isMet(by: hash))
        let exact = try #require(Hash256(displayHex: Self.sha256d.hex))
        #expect(Self.sha256d.isMet(by: exact))
        #expect(Target(.zero).isMet(by: .zero))
        #expect(!Target(UInt256(high: .max, low: .max - 1)).isMet(by: Hash256(words: (.max, .max, .max, .max))))
        #expect(Target(.max).isMet(by: Hash256(words: (.max, .max, .max, .max))))
    }

    @Test func workIsHowManyHashesItTakes() throws {
        #expect(Target(.max).work == Work(hashes: 1))
        #expect(Target(.max >> 1).work == Work(hashes: 2))
        #expect(Target(.max >> 8).work == Work(hashes: 256))
        #expect(Self.sha256d.work == Work(hashes: 0x1_0001_0001))  // the chainwork of Bitcoin's first block
        #expect(Self.scrypt.work == Work(hashes: 65_537))
        #expect(try #require(Target(bits: 0x207f_ffff)).work == Work(hashes: 2))
        #expect(Target(.zero).work == Work(hashes: .max))
        #expect(Target(UInt256(.max)).work == Work(hashes: .max))
        #expect(Target(UInt256(high: 1, low: 0)).work == Work(hashes: .max))
    }

    @Test func bytesAndText() throws {
        let target = try #require(Target(bits: 0x1d00_ffff))
        #expect(Target(bigEndian: target.bigEndianBytes) == target)
        #expect(Target(bigEndian: target.bigEndianBytes.dropLast()) == nil)
        #expect(target.hex.count == 64)
    }
}
