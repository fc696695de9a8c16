internal import CLibEvent
import Glibc
import Synchronization

/// A named thread that runs one function, and that others can wait for.
final class LoopThread: Sendable {
    private struct State {
        var thread: pthread_t?
        var hasEnded = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Of the name at most 15 bytes count.
    ///
    /// - Throws: `.exhausted`.
    init(name: String, _ body: @escaping @Sendable () -> Void) throws(EventLoopError) {
        let main = unsafe Unmanaged.passRetained(
            Main { [weak self] in
                body()
                self?.ended()
            }
        )
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                // Whoever closes while it is written to must not end this process: OpenSSL writes without the flag
                // that prevents it.
                var signals = sigset_t()
                unsafe sigemptyset(&signals)
                unsafe sigaddset(&signals, SIGPIPE)
                unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
                unsafe Unmanaged<Main>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            },
            main.toOpaque()
        )
        guard status == 0 else {
            unsafe main.release()
            throw .exhausted("threads")
        }
        unsafe pthread_setname_np(thread, String(decoding: name.utf8.prefix(15), as: UTF8.self))
        state.withLock { $0.thread = thread }
    }

    /// Returns when the thread has ended.
    func wait() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.waiters.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
        // It has nothing left to do but to return: this blocks for a moment, and only the first caller.
        if let thread = state.withLock({ $0.thread.take() }) { pthread_join(thread, nil) }
    }

    private func ended() {
        let waiters = state.withLock { state in
            state.hasEnded = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private final class Main: Sendable {
        let body: @Sendable () -> Void

        init(body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}
