import ChainAdapter
import Testing

@Suite struct PSBTTests {
    private static let bytes: [UInt8] = Array("psbt".utf8) + [0xff, 1, 0, 0xfb]
    private static let text = "cHNidP8BAPs="

    @Test(arguments: [bytes, Array(text.utf8), Array("cHNi dP8B\r\nAPs=\n".utf8)])
    func bytesAndTextAreTheSame(file: [UInt8]) {
        #expect(PSBT(file: file)?.text == Self.text)
    }

    @Test(arguments: [
        "", "psbt", "cHNidP4BAPs=", "cHNidP8BAPs", "cHNidP8BAPt=", "cHNidP8B\tAPs=", "cHNidP8BAPs==", "cHNidA==",
    ])
    func anythingElseIsNone(text: String) {
        #expect(PSBT(file: Array(text.utf8)) == nil)
    }

    @Test func whatIsTooLongIsNone() {
        let largest = PSBT.textByteCountMax / 4 * 3
        let zeros = { [UInt8](repeating: 0, count: $0 - 5) }
        #expect(PSBT(file: Self.bytes.prefix(5) + zeros(largest))?.text.utf8.count == PSBT.textByteCountMax)
        #expect(PSBT(file: Self.bytes.prefix(5) + zeros(largest + 1)) == nil)
        #expect(PSBT(file: Array("cHNidP8A".utf8) + [UInt8](repeating: 65, count: PSBT.textByteCountMax - 8)) != nil)
        #expect(PSBT(file: Array("cHNidP8A".utf8) + [UInt8](repeating: 65, count: PSBT.textByteCountMax)) == nil)
    }
}
