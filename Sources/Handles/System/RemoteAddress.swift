package import Glibc

/// Where a connection comes from: an IPv4 or IPv6 address.
package struct RemoteAddress: Hashable, Sendable {
    /// `0.0.0.0`: not known yet.
    package static let unspecified = RemoteAddress(bytes: [0, 0, 0, 0])

    /// Four or 16, in network order; an IPv4 address written inside IPv6 has four.
    package let bytes: [UInt8]

    /// Reads `192.0.2.1` or `2001:db8::1`.
    package init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if unsafe inet_pton(AF_INET, text, &four) == 1 {
            self.init(bytes: unsafe withUnsafeBytes(of: four) { unsafe Array($0) })
        } else if unsafe inet_pton(AF_INET6, text, &six) == 1 {
            self.init(network: unsafe withUnsafeBytes(of: six) { unsafe Array($0) })
        } else {
            return nil
        }
    }

    /// What the kernel says of a socket; `nil` for another family than the internet's.
    package init?(_ address: UnsafePointer<sockaddr>?) {
        guard let address = unsafe address else { return nil }
        let start = unsafe UnsafeRawPointer(address)
        switch Int32(unsafe address.pointee.sa_family) {
        case AF_INET:
            var four = unsafe start.loadUnaligned(as: sockaddr_in.self).sin_addr
            self.init(bytes: unsafe withUnsafeBytes(of: &four) { unsafe Array($0) })
        case AF_INET6:
            var six = unsafe start.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            self.init(network: unsafe withUnsafeBytes(of: &six) { unsafe Array($0) })
        case _:
            return nil
        }
    }

    /// From four or 16 bytes in network order.
    package init?(network bytes: [UInt8]) {
        switch bytes.count {
        case 4: self.init(bytes: bytes)
        case 16:
            let isMapped = bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255])
            self.init(bytes: isMapped ? Array(bytes.suffix(4)) : bytes)
        case _: return nil
        }
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
