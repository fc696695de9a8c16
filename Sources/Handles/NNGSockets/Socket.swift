internal import CNNG
internal import Dispatch
internal import Synchronization

/// Owner of one open nng socket.
///
/// It is closed after every operation on it has ended and every context of it is closed.
final class Socket: Sendable {
    /// How soon a lost peer is dialled again, in milliseconds: at first, and at most after repeated failures.
    private static let redialMilliseconds: (first: nng_duration, most: nng_duration) = (20, 500)
    /// Bytes that nng's protocols put before a message of ours; its bound counts them too.
    private static let protocolByteCount = 1_024
    /// How long `close` waits.
    ///
    /// nng 1.5 can lose a connection that was being made when its socket is closed, and
    /// `nng_close` then never returns (its issue 1498): that costs one thread, and not the shutdown.
    private static let closeTime = DispatchTimeInterval.seconds(1)
    private static let closing = DispatchQueue(label: "nng-close", attributes: .concurrent)

    let raw: nng_socket
    let limits: SocketLimits
    private let listeners = Mutex<[nng_listener]>([])
    private let isClosed = Atomic(false)

    /// `open` is one of nng's `nng_*_open` functions.
    init(_ limits: SocketLimits, _ open: (UnsafeMutablePointer<nng_socket>) -> Int32) throws(NNGError) {
        var raw = nng_socket()
        try NNGError.check(unsafe open(&raw))
        self.raw = raw
        self.limits = limits
        let sizeMax = limits.messageByteCountMax + Self.protocolByteCount
        try NNGError.check(unsafe nng_socket_set_size(raw, NNG_OPT_RECVMAXSZ, sizeMax))
        try NNGError.check(unsafe nng_socket_set_ms(raw, NNG_OPT_RECONNMINT, Self.redialMilliseconds.first))
        try NNGError.check(unsafe nng_socket_set_ms(raw, NNG_OPT_RECONNMAXT, Self.redialMilliseconds.most))
    }

    deinit {
        // The last reference may go away on one of nng's own threads, which closing waits for.
        let raw = raw
        if !isClosed.load(ordering: .acquiring) { Self.closing.async { nng_close(raw) } }
    }

    /// Returns when the address is free again; safe to call twice.
    func close() async {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        // First, because nothing can stop these from being closed.
        for listener in listeners.withLock({ $0 }) { nng_listener_close(listener) }
        let raw = raw
        await withCheckedContinuation { continuation in
            let closing = Closing(continuation)
            Self.closing.async {
                nng_close(raw)
                closing.end()
            }
            Self.closing.asyncAfter(deadline: .now() + Self.closeTime) { closing.end() }
        }
    }

    /// Keeps dialling `address`, also while nobody listens there.
    func dial(_ address: String) throws(NNGError) {
        var dialer = nng_dialer()
        try NNGError.check(unsafe nng_dialer_create(&dialer, raw, address))
        try NNGError.check(nng_dialer_start(dialer, Int32(NNG_FLAG_NONBLOCK)))
    }

    /// - Returns: The TCP port, which nng chose when the address gave port 0; `nil` for other transports.
    func listen(_ address: String) throws(NNGError) -> UInt16? {
        var listener = nng_listener()
        try NNGError.check(unsafe nng_listener_create(&listener, raw, address))
        // The owner alone may connect; for transports other than ipc nng has no such option, which is no error.
        _ = unsafe nng_listener_set_int(listener, NNG_OPT_IPC_PERMISSIONS, 0o600)
        let status = nng_listener_start(listener, 0)
        guard status == 0 else {
            nng_listener_close(listener)
            throw NNGError(code: status)
        }
        listeners.withLock { $0.append(listener) }
        var port: Int32 = 0
        guard unsafe nng_listener_get_int(listener, NNG_OPT_TCP_BOUND_PORT, &port) == 0 else { return nil }
        return UInt16(exactly: port)
    }
}

/// One close that is waited for, until it has ended or has had its time.
private final class Closing: Sendable {
    private let waiter: Mutex<CheckedContinuation<Void, Never>?>

    init(_ waiter: CheckedContinuation<Void, Never>) {
        self.waiter = Mutex(waiter)
    }

    func end() {
        waiter.withLock { $0.take() }?.resume()
    }
}

/// Owner of one context: a conversation of its own on a shared socket.
final class Context: Sendable {
    let raw: nng_ctx
    let socket: Socket

    init(on socket: Socket) throws(NNGError) {
        var raw = nng_ctx()
        try NNGError.check(unsafe nng_ctx_open(&raw, socket.raw))
        self.raw = raw
        self.socket = socket
    }

    deinit {
        close()
    }

    /// After every operation on it has ended; safe to call twice.
    func close() {
        nng_ctx_close(raw)
    }
}
