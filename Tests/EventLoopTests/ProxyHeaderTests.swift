import EventLoop
import System
import Testing

/// haproxy's PROXY protocol, as it is written and as it must not be.
@Suite struct ProxyHeaderTests {
    static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]

    static func binary(_ command: UInt8, _ family: UInt8, _ rest: [UInt8]) -> [UInt8] {
        signature + [command, family, UInt8(rest.count >> 8), UInt8(rest.count & 0xff)] + rest
    }

    static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    static let four: [UInt8] = [192, 0, 2, 1, 198, 51, 100, 1, 0x8b, 0x3e, 0, 80]
    static let six: [UInt8] = [0x20, 1, 0xd, 0xb8] + zeros(11) + [1]

    static let good: [([UInt8], String?)] = [
        (text("PROXY TCP4 192.0.2.1 198.51.100.1 35646 80\r\n"), "192.0.2.1"),
        (text("PROXY TCP6 2001:db8::1 2001:db8::2 35646 80\r\n"), "2001:db8::1"),
        (text("PROXY UNKNOWN\r\n"), nil),
        (text("PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n"), nil),
        (binary(0x21, 0x11, four), "192.0.2.1"),
        (binary(0x21, 0x21, six + six + [0, 1, 0, 2]), "2001:db8::1"),
        (binary(0x21, 0x11, four + [3, 0, 4, 1, 2, 3, 4]), "192.0.2.1"),  // with an optional field
        (binary(0x20, 0x00, []), nil),
        (binary(0x20, 0x11, four), nil),
        (binary(0x21, 0x00, []), nil),
        (binary(0x21, 0x11, four + zeros(2_020)), "192.0.2.1"),
    ]

    @Test(arguments: good) func headersAreRead(bytes: [UInt8], source: String?) {
        let outcome = ProxyHeader.Outcome.header(byteCount: bytes.count, source: source.flatMap { RemoteAddress($0) })
        #expect(ProxyHeader.parse(bytes) == outcome)
        #expect(ProxyHeader.parse(bytes + Array("what follows".utf8)) == outcome)
    }

    @Test(arguments: good) func aHeaderCutAnywhereIsIncomplete(bytes: [UInt8], source: String?) {
        for count in 0..<bytes.count {
            #expect(ProxyHeader.parse(Array(bytes.prefix(count))) == .incomplete, "\(count)")
        }
    }

    static let bad: [([UInt8], ProxyHeader.Fault)] = [
        (text("GET / HTTP/1.1\r\n"), .noSignature),
        (text("PROXX"), .noSignature),
        ([13, 10, 13, 11], .noSignature),
        (text("PROXY TCP4 192.0.2.1 198.51.100.1 35646 80\n"), .badText),
        (text("PROXY TCP4 192.0.2.1 198.51.100.1 35646\r\n"), .badText),
        (text("PROXY TCP4 192.0.2.1 198.51.100.1 35646 80 1\r\n"), .badText),
        (text("PROXY  TCP4 192.0.2.1 198.51.100.1 35646 80\r\n"), .badFamily),
        (text("PROXY TCP4 192.0.2.256 198.51.100.1 35646 80\r\n"), .badText),
        (text("PROXY TCP4 2001:db8::1 2001:db8::2 35646 80\r\n"), .badText),
        (text("PROXY TCP6 192.0.2.1 198.51.100.1 35646 80\r\n"), .badText),
        (text("PROXY TCP4 192.0.2.1 198.51.100.1 65536 80\r\n"), .badText),
        (text("PROXY TCP4 192.0.2.1 198.51.100.1 035 80\r\n"), .badText),
        (text("PROXY TCP4 192.0.2.1 198.51.100.1 +35 80\r\n"), .badText),
        (text("PROXY UDP4 192.0.2.1 198.51.100.1 35 80\r\n"), .badFamily),
        (text("PROXY \r\n"), .badFamily),
        (text("PROXY UNKNOWN " + String(repeating: "a", count: 100)), .tooLong),
        (binary(0x11, 0x11, four), .badVersion),
        (binary(0x22, 0x11, four), .badVersion),
        (binary(0x21, 0x12, four), .badFamily),
        (binary(0x21, 0x31, four), .badFamily),
        (binary(0x21, 0x11, Array(four.dropLast())), .tooShort),
        (binary(0x21, 0x21, six + six + [0, 1, 0]), .tooShort),
        (binary(0x21, 0x11, four + zeros(2_021)), .tooLong),
        (signature + [0x20, 0, 0xff, 0xff], .tooLong),
    ]

    @Test(arguments: bad)
    func whatIsNoHeaderIsNamed(bytes: [UInt8], fault: ProxyHeader.Fault) {
        #expect(ProxyHeader.parse(bytes) == .malformed(fault))
    }
}
