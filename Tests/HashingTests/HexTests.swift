import Hashing
import Testing

/// Bytes as text, and back.
@Suite struct HexTests {
    @Test func everyByteComesBackInEitherCase() {
        let bytes = (0...255).map { UInt8($0) }
        let text = Hex.string(bytes)
        #expect(text.hasPrefix("000102030405060708090a0b0c0d0e0f10"))
        #expect(text.utf8.count == 512)
        #expect(Hex.bytes(text) == bytes)
        #expect(Hex.bytes(text.uppercased()) == bytes)
    }

    @Test func nothingIsNothing() {
        #expect(Hex.string([]) == "")
        #expect(Hex.bytes("") == [])
    }

    /// Every character that is no digit is found, wherever it stands among many.
    @Test(arguments: [0, 1, 63, 64, 999]) func whatIsNoDigitIsRefused(at place: Int) {
        for character in UInt8(0)..<128 where !UnicodeScalar(character).properties.isASCIIHexDigit {
            var text = [UInt8](repeating: UInt8(ascii: "0"), count: 1_000)
            text[place] = character
            #expect(Hex.bytes(String(decoding: text, as: UTF8.self)) == nil)
        }
    }

    @Test(arguments: ["0", "000", "ü", "0ü0", "００"]) func oddTextsAreRefused(_ text: String) {
        #expect(Hex.bytes(text) == nil)
    }
}
