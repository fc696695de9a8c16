internal import CLibEvent
import Glibc

/// Owner of a bound, listening TCP socket.
final class ListeningSocket: Sendable {
    /// Connections that the kernel holds until they are accepted.
    private static let backlog: Int32 = 1_024

    let descriptor: Int32

    /// One socket for each loop, all on the same port: the kernel spreads connections over them.
    ///
    /// The first is bound while it shares with nobody, so that a port that another program listens on is refused; only
    /// then it lets the others in.
    static func open(_ listener: Listener, count: Int) throws(EventLoopError) -> [ListeningSocket] {
        let found: [SocketAddress]
        do {
            found = try SocketAddress.find(listener.host, port: listener.port, flags: AI_PASSIVE)
        } catch {
            throw .noSuchAddress(host: listener.host)
        }
        guard let address = found.first else { throw .noSuchAddress(host: listener.host) }
        let first = try ListeningSocket(listener, address, sharesAtOnce: false)
        var sockets = [first]
        for _ in 1..<max(1, count) {
            sockets.append(try ListeningSocket(listener, address.with(port: first.port), sharesAtOnce: true))
        }
        return sockets
    }

    private init(_ listener: Listener, _ address: SocketAddress, sharesAtOnce: Bool) throws(EventLoopError) {
        descriptor = address.newSocket()
        guard descriptor >= 0 else { throw Self.error(errno, listener) }
        set(SO_REUSEADDR)
        if sharesAtOnce { set(SO_REUSEPORT) }
        guard unsafe address.call({ unsafe bind(descriptor, $0, $1) }) == 0 else { throw Self.error(errno, listener) }
        if !sharesAtOnce { set(SO_REUSEPORT) }
        guard listen(descriptor, Self.backlog) == 0 else { throw Self.error(errno, listener) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The kernel takes no more connections, and those that wait are reset.
    func refuse() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    var port: UInt16 {
        var address = sockaddr_in6()  // large enough for IPv4 too, and the port stands at the same place
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe getsockname(descriptor, generic, &size)
            }
        }
        return UInt16(bigEndian: address.sin6_port)
    }

    private func set(_ option: Int32) {
        var yes: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, option, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func error(_ cause: Int32, _ listener: Listener) -> EventLoopError {
        let (host, port) = (listener.host, listener.port)
        switch cause {
        case EADDRINUSE: return .addressInUse(host: host, port: port)
        case EACCES: return .notPermitted(host: host, port: port)
        case EADDRNOTAVAIL: return .noSuchAddress(host: host)
        case EMFILE, ENFILE: return .exhausted("file descriptors")
        case _: return .other("cannot listen on \(host):\(port): \(unsafe String(cString: strerror(cause)))")
        }
    }
}
