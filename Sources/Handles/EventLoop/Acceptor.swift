internal import CLibEvent
import Glibc
import System

/// Takes connections from one listening socket of a loop.
final class Acceptor: EventTarget {
    private let machine: LoopMachine
    private let door: Door
    private var event: Event?

    /// Connections taken in one turn; more wait for the next.
    private static let turnCountMax = 64

    init(_ machine: LoopMachine, _ door: Door) {
        self.machine = machine
        self.door = door
    }

    func start() {
        event = Event(machine.base, descriptor: door.socket.descriptor, .reading, target: self)
        event?.start()
    }

    /// Without file descriptors the socket stays readable and would keep the thread busy: the next tick tries again.
    func pause() {
        event = nil
        machine.paused.append(self)
    }

    func close() {
        event = nil
    }

    override func ready(_: Readiness) {
        machine.refreshTime()
        for _ in 0..<Self.turnCountMax {
            var peer = sockaddr_in6()  // large enough for IPv4 too
            var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
            var address: RemoteAddress?
            let flags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            let descriptor = unsafe withUnsafeMutablePointer(to: &peer) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    let descriptor = unsafe accept4(door.socket.descriptor, generic, &size, flags)
                    if descriptor >= 0 { address = unsafe RemoteAddress(UnsafePointer(generic)) }
                    return descriptor
                }
            }
            guard descriptor >= 0 else {
                guard refused(errno) else { return }
                continue
            }
            guard let address else {
                Glibc.close(descriptor)
                continue
            }
            machine.accepted(descriptor, from: address, at: door)
        }
    }

    /// - Returns: Whether the next one may be better.
    private func refused(_ cause: Int32) -> Bool {
        switch cause {
        case EAGAIN: return false
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
            pause()
            return false
        case EINVAL, EBADF:  // it takes no more connections: `ListeningSocket.refuse`
            close()
            machine.forget(self)
            return false
        case _: return true  // that one connection: gone again before it was taken
        }
    }
}
