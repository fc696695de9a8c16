import Cryptography
import Testing

@Suite struct Base64Tests {
    /// RFC 4648, section 10, and what all bits of a byte look like.
    @Test(
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func theExamplesOfItsPage(plain: String, text: String) {
        #expect(Base64.text(Array(plain.utf8)) == text)
        #expect(Base64.bytes(text) == Array(plain.utf8))
    }

    @Test func everyByteComesBack() {
        let all = (0...255).map { UInt8($0) }
        for count in 0...256 {
            #expect(Base64.bytes(Base64.text(Array(all.prefix(count)))) == Array(all.prefix(count)))
        }
        #expect(Base64.text([0xfb, 0xff, 0xbf]) == "+/+/")
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "=", "====", "Zg==Zg==", "Zm=v", "Z===", "Zm9v ", " Zm9v", "Zm9v\n", "    ", "Zm9v    ",
        "Zm-_",
        "Zh==", "Zm9=", "Zm9vé",
    ])
    func whatIsNotTheTextOfAnyBytesIsRefused(text: String) {
        #expect(Base64.bytes(text) == nil)
    }
}
