import Glibc

/// Owner of a bound, listening TCP socket.
struct ListeningSocket: ~Copyable, Sendable {
    /// Connections that the kernel holds until they are accepted.
    private static let backlog: Int32 = 1_024

    let descriptor: Int32

    /// - Parameters:
    ///   - host: An address or a name; `::` takes IPv4 too.
    ///   - port: 0 lets the kernel choose.
    /// - Throws: `HTTPServerError`.
    init(host: String, port: UInt16) throws(HTTPServerError) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, String(port), &hints, &found) == 0, let first = unsafe found else {
            throw .noSuchAddress(host: host)
        }
        defer { unsafe freeaddrinfo(found) }
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = unsafe socket(first.pointee.ai_family, kind, 0)
        guard descriptor >= 0 else { throw .other("no socket: \(Self.text(of: errno))") }
        var yes: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard unsafe bind(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0,
            listen(descriptor, Self.backlog) == 0
        else {
            let cause = errno
            close(descriptor)
            throw Self.error(cause, host: host, port: port)
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// The kernel takes no more connections.
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

    private static func error(_ cause: Int32, host: String, port: UInt16) -> HTTPServerError {
        switch cause {
        case EADDRINUSE: .addressInUse(host: host, port: port)
        case EACCES: .notPermitted(host: host, port: port)
        case EADDRNOTAVAIL: .noSuchAddress(host: host)
        case _: .other("cannot listen on \(host):\(port): \(text(of: cause))")
        }
    }

    private static func text(of cause: Int32) -> String {
        unsafe String(cString: strerror(cause))
    }
}
