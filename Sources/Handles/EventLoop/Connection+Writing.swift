/// From what the program sends to the socket.
extension Connection {
    /// Bytes that last: kept as they are until the end of the turn.
    func put(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        if mustWait {
            unsafe bytes.withUnsafeBytes { unsafe keep($0) }
        } else {
            machine.outbox.gather(bytes, for: self)
        }
    }

    /// Bytes that last as long as the call.
    func put(_ bytes: UnsafeRawBufferPointer) {
        guard unsafe !bytes.isEmpty else { return }
        if mustWait { return unsafe keep(bytes) }
        guard unsafe !machine.outbox.gather(bytes, for: self) else { return }
        // More than fits into one turn's room: what is there goes out now.
        machine.outbox.flush()
        if mustWait { return unsafe keep(bytes) }
        guard unsafe !machine.outbox.gather(bytes, for: self) else { return }
        unsafe put(Array(bytes))
    }

    /// The same for more than may wait otherwise.
    ///
    /// - Returns: `false`, with nothing sent, while there is such output for this or too many other connections.
    func putLarge(_ bytes: [UInt8]) -> Bool {
        guard largeByteCount == 0, machine.largeOutputCount < machine.limits.largeOutputCountMax else { return false }
        machine.largeOutputCount += 1
        largeByteCount = bytes.count
        put(bytes)
        return true
    }

    /// Nothing waits any more.
    func endLarge() {
        guard largeByteCount > 0, backlog.isEmpty else { return }
        largeByteCount = 0
        machine.largeOutputCount -= 1
    }

    /// Whether the socket takes nothing now: too early, or blocked.
    private var mustWait: Bool { phase != .open && phase != .lingering || !backlog.isEmpty }

    /// Gives bytes to the socket, and keeps what it does not take.
    func write(_ bytes: UnsafeRawBufferPointer) {
        guard phase == .open || phase == .lingering else { return }
        guard backlog.isEmpty else { return unsafe keep(bytes) }
        var rest = unsafe bytes
        while unsafe !rest.isEmpty {
            let transfer = unsafe tls?.write(rest) ?? Transfer.write(descriptor, rest)
            guard case .bytes(let count) = transfer else {
                unsafe keep(rest)
                return blocked(transfer)
            }
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Goes on with what the socket did not take before.
    func flushBacklog() {
        guard phase == .open || phase == .lingering else { return }
        while backlogStart < backlog.count {
            let transfer = unsafe backlog.withUnsafeBytes { bytes in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[backlogStart...])
                return unsafe tls?.write(rest) ?? Transfer.write(descriptor, rest)
            }
            guard case .bytes(let count) = transfer else { return blocked(transfer) }
            backlogStart += count
        }
        backlog = []
        backlogStart = 0
        endLarge()
        watchForRoom(tls?.readWantsWriting == true)
        if phase == .lingering { endSending() }
    }

    private func keep(_ bytes: UnsafeRawBufferPointer) {
        guard backlog.count - backlogStart + bytes.count <= machine.limits.outputByteCountMax + largeByteCount else {
            return end(.tooSlow)
        }
        if backlogStart > 0 {
            backlog.removeFirst(backlogStart)
            backlogStart = 0
        }
        unsafe backlog.append(contentsOf: bytes)
    }

    private func blocked(_ transfer: Transfer) {
        switch transfer {
        case .bytes: break
        case .wantsWriting: watchForRoom(true)
        case .wantsReading: watchForRoom(false)
        case .ended: fail(.peer)
        case .failed(let closure): fail(closure)
        }
    }

    /// The socket takes nothing any more.
    private func fail(_ closure: LinkClosure) {
        backlog = []
        backlogStart = 0
        isBroken = true
        if phase == .lingering { tearDown() } else { end(closure) }
    }
}
