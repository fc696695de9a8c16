internal import CLibEvent
import Glibc

/// Owner of an eventfd: how other threads wake a loop.
struct WakeUp: ~Copyable, Sendable {
    let descriptor: Int32

    init() throws(EventLoopError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else { throw .exhausted("file descriptors") }
    }

    deinit {
        close(descriptor)
    }

    func ring() {
        eventfd_write(descriptor, 1)
    }

    /// - Parameter timeNs: Nanoseconds.
    /// - Returns: Whether it was rung before so long had passed.
    func wait(atMostNs timeNs: UInt64) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var time = timespec(tv_sec: Int(timeNs / 1_000_000_000), tv_nsec: Int(timeNs % 1_000_000_000))
        return unsafe ppoll(&entry, 1, &time, nil) > 0
    }

    func silence() {
        var count: eventfd_t = 0
        unsafe eventfd_read(descriptor, &count)
    }
}
