import Glibc
import Synchronization

/// TCP ports of 127.0.0.1 for servers that cannot be told to choose their own.
package enum LoopbackPort {
    /// Below the kernel's range for outgoing connections (from 32,768), so that none of those takes it meanwhile.
    private static let range: Range<UInt16> = 20_000..<32_000

    /// What this process was given: a server of one's own may not listen yet.
    private static let given = Mutex<Set<UInt16>>([])

    /// A port that nobody listens on now, and that was given to nobody else in this process; another process may still take
    /// it first, so a server's start can fail.
    package static func free() throws -> UInt16 {
        for _ in 0..<2_000 {
            let port = UInt16.random(in: range)
            if canListen(on: port), given.withLock({ $0.insert(port).inserted }) { return port }
        }
        throw LoopbackPortError.allTaken
    }

    private static func canListen(on port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, length) }
                == 0
        }
    }
}

package enum LoopbackPortError: Error {
    case allTaken
}
