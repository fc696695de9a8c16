import Glibc
import System

/// How an incoming connection becomes an open link.
extension Connection {
    /// The first step; the machine knows the connection.
    func start() {
        watch()
        if phase != .proxyHeader { admit() }
    }

    func readProxyHeader() {
        var outcome: ProxyHeader.Outcome = .incomplete
        var fresh = 0
        // Bytes after the header belong to TLS or to the program: nothing more than the header is taken.
        let count = machine.peek(descriptor, byteCountMax: ProxyHeader.byteCountMax - held.count) { bytes in
            let known = held.count
            held += bytes
            outcome = ProxyHeader.parse(held)
            guard case .header(let byteCount, _) = outcome else { return bytes.count }
            fresh = byteCount - known
            return fresh
        }
        switch count {
        case .bytes: break
        case .wantsReading, .wantsWriting: return
        case .ended, .failed: return end(.peer)
        }
        switch outcome {
        case .incomplete: return
        case .malformed(let fault): return end(.badProxyHeader(fault))
        case .header(_, let source):
            held = []
            if let source { address = source }
            admit()
        }
    }

    /// The address is known: limits, then the program.
    private func admit() {
        guard machine.counts.enter(address) else { return end(.tooManyFromAddress) }
        isCounted = true
        guard machine.open(self) else { return end(.local) }
        guard let identity = door?.tls else { return becomeOpen() }
        guard let session = TLSSession(accepting: identity, descriptor: descriptor) else {
            return end(.tlsFailed("no memory"))
        }
        tls = session
        begin(.handshake)
    }

    func shakeHands() {
        guard let tls else { return }
        switch tls.shakeHands() {
        case .bytes:
            watchForRoom(false)
            becomeOpen()
            if isOpen, tls.hasPending { machine.remember(self) }
        case .wantsReading: watchForRoom(false)
        case .wantsWriting: watchForRoom(true)
        case .ended: end(.peer)
        case .failed(let closure): end(closure)
        }
    }

    func becomeOpen() {
        guard closing == nil else { return }
        lastLineMs = 0
        begin(.open)
        if !backlog.isEmpty { flushBacklog() }
        machine.opened(self)
    }
}
