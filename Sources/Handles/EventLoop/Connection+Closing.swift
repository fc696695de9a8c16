import Glibc

/// How a connection ends.
extension Connection {
    /// At the end of the turn: until then the program may be in the middle of something.
    func end(_ closure: LinkClosure) {
        guard closing == nil else { return }
        closing = closure
        machine.ending.append(self)
    }

    /// The machine calls it at the end of the turn, after all output has gone to the sockets.
    func finish() {
        guard let closure = closing, phase != .ended else { return }
        var lingers = closure == .local && phase == .open
        if phase == .open, closure.hasFarewell, let bytes = machine.farewell(to: self, closure) {
            unsafe bytes.withUnsafeBytes { unsafe write($0) }
            lingers = true
        }
        let wasKnown = machine.closed(self, closure)
        held = []
        halfLineBeganMs = 0
        guard lingers, wasKnown, !isBroken else { return tearDown() }
        begin(.lingering)
        if backlog.isEmpty { endSending() }
    }

    /// Says that nothing more comes; the other side's end is still waited for.
    func endSending() {
        guard !hasSentEnd else { return }
        hasSentEnd = true
        tls?.sayGoodbye()
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Throws away what still comes after the end.
    func discard() {
        switch unsafe Transfer.read(descriptor, into: machine.buffer) {
        case .bytes, .wantsReading, .wantsWriting: break
        case .ended, .failed: tearDown()
        }
    }

    func tearDown() {
        guard phase != .ended else { return }
        if !isBroken, !hasSentEnd, phase == .open || phase == .lingering { tls?.sayGoodbye() }
        phase = .ended
        event = nil
        writeEvent = nil
        tls = nil
        plan = nil
        backlog = []
        endLarge()
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
        machine.remove(self)
    }

    /// When the next of its time limits is over.
    var deadlineMs: UInt64 {
        let limits = machine.limits
        switch phase {
        case .connecting: return phaseBeganMs + limits.connectMs
        case .proxyHeader: return phaseBeganMs + limits.proxyHeaderMs
        case .handshake: return phaseBeganMs + limits.handshakeMs
        case .open: return openLimit.deadlineMs
        case .lingering: return phaseBeganMs + limits.lingerMs
        case .ended: return .max
        }
    }

    private var openLimit: (deadlineMs: UInt64, limit: TimeLimit) {
        let limits = machine.limits
        var next: (UInt64, TimeLimit) =
            lastLineMs == 0 && door != nil
            ? (phaseBeganMs + limits.firstLineMs, .firstLine) : (max(lastLineMs, phaseBeganMs) + limits.idleMs, .idle)
        if halfLineBeganMs > 0, halfLineBeganMs + limits.halfLineMs < next.0 {
            next = (halfLineBeganMs + limits.halfLineMs, .halfLine)
        }
        return next
    }

    /// A limit is over.
    func overdue() {
        switch phase {
        case .connecting: end(.timedOut(.connecting))
        case .proxyHeader: end(.timedOut(.proxyHeader))
        case .handshake: end(.timedOut(.handshake))
        case .open: end(.timedOut(openLimit.limit))
        case .lingering: tearDown()
        case .ended: break
        }
    }
}

extension LinkClosure {
    /// Whether the program may send a last line.
    fileprivate var hasFarewell: Bool {
        switch self {
        case .lineTooLong, .timedOut: true
        case .peer, .local, .stopping, .tooSlow, .tooManyFromAddress, .tooManyConnections, .badProxyHeader, .tlsFailed,
            .notConnected:
            false
        }
    }
}
