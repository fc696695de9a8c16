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

    func silence() {
        var count: eventfd_t = 0
        unsafe eventfd_read(descriptor, &count)
    }
}
