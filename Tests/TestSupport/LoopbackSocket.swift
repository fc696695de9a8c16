import Foundation
import Glibc

/// One TCP connection over 127.0.0.1, byte by byte as the test wants it.
///
/// Each wait has a thread of its own: Swift's few belong to the server under test, and Dispatch adds more only slowly.
package final class LoopbackSocket: Sendable {
    package enum Failure: Error {
        case cannotConnect(errno: Int32)
        case broken(errno: Int32)
        case silent
    }

    private let descriptor: Int32

    init(adopting descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Connects, coming from any address of 127.0.0.0/8.
    package init(port: UInt16, from source: String = "127.0.0.1") throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure.cannotConnect(errno: errno) }
        self.descriptor = descriptor
        var here = Self.address(source, port: 0)
        var there = Self.address("127.0.0.1", port: port)
        let status = unsafe Self.call(&here) { unsafe bind(descriptor, $0, $1) }
        guard status == 0, unsafe Self.call(&there, { unsafe connect(descriptor, $0, $1) }) == 0 else {
            throw Failure.cannotConnect(errno: errno)
        }
    }

    /// Connects to a Unix socket.
    init(path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure.cannotConnect(errno: errno) }
        self.descriptor = descriptor
        var there = sockaddr_un()
        there.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        unsafe withUnsafeMutableBytes(of: &there.sun_path) { unsafe $0.copyBytes(from: bytes.prefix($0.count - 1)) }
        let status = unsafe withUnsafePointer(to: &there) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else { throw Failure.cannotConnect(errno: errno) }
    }

    deinit {
        close(descriptor)
    }

    package func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    /// Sends all; fails when the other side has gone.
    package func send(_ bytes: [UInt8], timeout: Duration = .seconds(60)) async throws {
        try await Self.waiting { [descriptor] in
            var sent = 0
            while sent < bytes.count {
                guard Self.poll(descriptor, for: Int16(POLLOUT), timeout) else { throw Failure.silent }
                let count = unsafe bytes.withUnsafeBytes { buffer in
                    unsafe Glibc.send(
                        descriptor,
                        buffer.baseAddress?.advanced(by: sent),
                        buffer.count - sent,
                        Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                    )
                }
                guard count > 0 || errno == EAGAIN else { throw Failure.broken(errno: errno) }
                sent += max(0, count)
            }
        }
    }

    /// Reads whatever is there and throws it away, and sends as much as the socket takes at once; waits for nothing.
    ///
    /// - Returns: `false` when the other side has gone.
    package func exchange(_ bytes: [UInt8]) -> Bool {
        var room = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = unsafe recv(descriptor, &room, room.count, Int32(MSG_DONTWAIT))
            if count > 0 { continue }
            guard count < 0, errno == EAGAIN else { return false }
            break
        }
        guard !bytes.isEmpty else { return true }
        let count = unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        return count >= 0 || errno == EAGAIN
    }

    /// What is there, at least a byte; empty when the other side has closed or reset the connection.
    package func receive(timeout: Duration = .seconds(60)) async throws -> [UInt8] {
        try await Self.waiting { [descriptor] in
            guard Self.poll(descriptor, for: Int16(POLLIN), timeout) else { throw Failure.silent }
            return unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                count = max(0, unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0))
            }
        }
    }

    /// Everything until the other side closes.
    package func receiveAll(timeout: Duration = .seconds(60)) async throws -> String {
        var bytes: [UInt8] = []
        while true {
            let more = try await receive(timeout: timeout)
            guard !more.isEmpty else { return String(decoding: bytes, as: UTF8.self) }
            bytes += more
        }
    }

    /// Everything until `mark` has come or the other side closes.
    package func receive(until mark: String, timeout: Duration = .seconds(60)) async throws -> String {
        var text = ""
        while !text.contains(mark) {
            let more = try await receive(timeout: timeout)
            guard !more.isEmpty else { return text }
            text += String(decoding: more, as: UTF8.self)
        }
        return text
    }

    /// Says that nothing more will be sent.
    package func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Ends the connection both ways, for whoever still waits on it too.
    package func abort() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    private static func poll(_ descriptor: Int32, for events: Int16, _ timeout: Duration) -> Bool {
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        return unsafe Glibc.poll(&entry, 1, Int32(timeout / .milliseconds(1))) > 0
    }

    static func waiting<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
        }
    }

    static func address(_ host: String, port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        unsafe inet_pton(AF_INET, host, &address.sin_addr)
        return address
    }

    static func call(
        _ address: inout sockaddr_in,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe body(generic, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// Takes connections on a port of 127.0.0.1 that the kernel chose.
package final class LoopbackListener: Sendable {
    private let descriptor: Int32
    package let port: UInt16

    package init(backlog: Int32 = 64) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = LoopbackSocket.address("127.0.0.1", port: 0)
        guard descriptor >= 0, unsafe LoopbackSocket.call(&address, { unsafe bind(descriptor, $0, $1) }) == 0,
            listen(descriptor, backlog) == 0
        else { throw LoopbackSocket.Failure.cannotConnect(errno: errno) }
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe getsockname(descriptor, generic, &size)
            }
        }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit {
        close(descriptor)
    }

    package func accept() async throws -> LoopbackSocket {
        try await LoopbackSocket.waiting { [descriptor] in
            let accepted = Glibc.accept(descriptor, nil, nil)
            guard accepted >= 0 else { throw LoopbackSocket.Failure.broken(errno: errno) }
            return LoopbackSocket(adopting: accepted)
        }
    }

    /// Ends whoever waits in `accept`.
    package func stop() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }
}
