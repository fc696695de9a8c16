internal import CLibEvent
import Glibc
import System

/// An address and port in the kernel's form.
struct SocketAddress: Sendable {
    private var storage: sockaddr_in6  // large enough for IPv4 too
    private let byteCount: socklen_t

    /// - Throws: `EAI_…` of `getaddrinfo(3)` as text.
    static func find(_ host: String, port: UInt16, flags: Int32) throws(LookupError) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = flags | AI_NUMERICSERV
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, String(port), &hints, &found)
        guard status == 0 else { throw LookupError(reason: unsafe String(cString: gai_strerror(status))) }
        defer { unsafe freeaddrinfo(found) }
        var addresses: [SocketAddress] = []
        var next = unsafe found
        while let entry = unsafe next {
            if let address = unsafe SocketAddress(entry.pointee.ai_addr, entry.pointee.ai_addrlen) {
                addresses.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        return addresses
    }

    private init?(_ address: UnsafePointer<sockaddr>?, _ byteCount: socklen_t) {
        guard let address = unsafe address, Int(byteCount) <= MemoryLayout<sockaddr_in6>.size else { return nil }
        storage = sockaddr_in6()
        self.byteCount = byteCount
        unsafe withUnsafeMutableBytes(of: &storage) { room in
            unsafe room.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(byteCount)))
        }
    }

    /// A socket of the address's family that never blocks and that no child process inherits; −1 with `errno` set.
    func newSocket() -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        return socket(Int32(storage.sin6_family), kind, 0)
    }

    /// The port stands at the same place in both families.
    func with(port: UInt16) -> SocketAddress {
        var copy = self
        copy.storage.sin6_port = port.bigEndian
        return copy
    }

    func call(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        unsafe withUnsafePointer(to: storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, byteCount) }
        }
    }

    var remote: RemoteAddress? {
        unsafe withUnsafePointer(to: storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe RemoteAddress($0) }
        }
    }
}

struct LookupError: Error {
    let reason: String
}
