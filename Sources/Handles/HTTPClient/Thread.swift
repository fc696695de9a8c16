import Glibc

/// A thread that runs one function.
enum Thread {
    /// - Returns: `false` when the system gives no more.
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        let main = unsafe Unmanaged.passRetained(Main(body: body))
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                // A server that closes while it is written to must not end this process: OpenSSL writes without
                // the flag that prevents it.
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
            return false
        }
        pthread_detach(thread)  // nobody waits for it
        return true
    }

    private final class Main: Sendable {
        let body: @Sendable () -> Void

        init(body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}
