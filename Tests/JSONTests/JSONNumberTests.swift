import JSON
import Testing

@Suite struct JSONNumberTests {
    private static let amounts: [(String, UInt64?)] = [
        ("0", 0), ("-0", 0), ("0.00", 0), ("0e99", 0), ("1", 100_000_000), ("12.5", 1_250_000_000), ("0.00000001", 1),
        ("1e-8", 1), ("1E-8", 1), ("0.1e-7", 1), ("100e-10", 1), ("1.50000000000", 150_000_000),
        ("2.1e7", 2_100_000_000_000_000),
        ("84000000.00000000", 8_400_000_000_000_000), ("20999999.97690000", 2_099_999_997_690_000),
        ("184467440737.09551615", .max), ("184467440737.09551616", nil), ("0.000000001", nil), ("1e-9", nil),
        ("-1", nil),
        ("-0.00000001", nil), ("1e400", nil), ("1e99999999999999999999", nil), ("1e-99999999999999999999", nil),
        ("0e99999999999999999999", 0), ("1000000000000", nil),
    ]

    @Test(arguments: amounts) func moneyIsReadToTheLastUnit(text: String, expected: UInt64?) throws {
        let number = try #require(JSON(parsing: Array(text.utf8)).number)
        #expect(number.decimalUnits(places: 8) == expected)
        #expect(number.description == text)
    }

    private static let wholes: [(String, UInt64?, Int64?, UInt32?)] = [
        ("0", 0, 0, 0), ("4294967295", 4_294_967_295, 4_294_967_295, .max),
        ("4294967296", 4_294_967_296, 4_294_967_296, nil),
        ("9223372036854775807", 9_223_372_036_854_775_807, .max, nil), ("18446744073709551615", .max, nil, nil),
        ("18446744073709551616", nil, nil, nil), ("-1", nil, -1, nil), ("-9223372036854775808", nil, .min, nil),
        ("-9223372036854775809", nil, nil, nil), ("1.0", nil, nil, nil), ("1e3", nil, nil, nil),
        ("1e400", nil, nil, nil),
        ("123456789012345678901234567890", nil, nil, nil),
    ]

    @Test(arguments: wholes)
    func aWholeNumberFitsOrIsRefused(text: String, uint64: UInt64?, int64: Int64?, uint32: UInt32?) throws {
        let value = try JSON(parsing: Array(text.utf8))
        #expect(value.uint64 == uint64)
        #expect(value.int64 == int64)
        #expect(value.uint32 == uint32)
    }

    @Test func onlyFiniteNumbersBecomeBinaryFractions() {
        #expect(JSONNumber("1.5")?.double == 1.5)
        #expect(JSONNumber("1e400")?.double == nil)
        #expect(JSONNumber(" 1") == nil)
        #expect(JSONNumber("abc") == nil)
    }
}
