internal import CMicroHTTPD
import Glibc

/// Where a connection comes from: an IPv4 or IPv6 address.
package struct RemoteAddress: Hashable, Sendable {
    /// Four or 16, in network order; an IPv4 address written inside IPv6 has four.
    package let bytes: [UInt8]

    /// Reads `192.0.2.1` or `2001:db8::1`.
    package init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if unsafe inet_pton(AF_INET, text, &four) == 1 {
            bytes = unsafe withUnsafeBytes(of: four) { unsafe Array($0) }
        } else if unsafe inet_pton(AF_INET6, text, &six) == 1 {
            let sixteen = unsafe withUnsafeBytes(of: six) { unsafe Array($0) }
            let isMapped = sixteen.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]
            bytes = isMapped ? Array(sixteen.suffix(4)) : sixteen
        } else {
            return nil
        }
    }

    init?(_ address: UnsafePointer<sockaddr>?) {
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = unsafe lode_address_bytes(address, &buffer)
        guard count > 0 else { return nil }
        bytes = Array(buffer.prefix(Int(count)))
    }

    /// Whoever holds one address of an IPv6 network holds its last 64 bits too: limits count networks.
    package var network: RemoteAddress {
        RemoteAddress(bytes: bytes.count == 16 ? bytes.prefix(8) + [UInt8](repeating: 0, count: 8) : bytes)
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }
}

extension RemoteAddress: CustomStringConvertible {
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        _ = unsafe inet_ntop(family, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
