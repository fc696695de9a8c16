import Glibc

/// From bytes to lines.
extension Connection {
    /// One read at most, so that one busy link does not keep others waiting.
    func read() {
        guard !isUnfinished else { return }
        switch transportRead() {
        case .bytes(let count):
            unsafe consume(UnsafeRawBufferPointer(rebasing: machine.buffer[..<count]))
            rememberPending()
        case .wantsReading: if tls != nil { watchForRoom(!backlog.isEmpty && tls?.writeWantsReading != true) }
        case .wantsWriting: watchForRoom(true)
        case .ended: end(.peer)
        case .failed(let closure): end(closure)
        }
    }

    /// Goes on with what the last turn left.
    func continueReading() {
        isUnfinished = false
        guard closing == nil, phase == .open else { return }
        if hasHeldLine {
            hasHeldLine = false
            consume()
            rememberPending()
        } else {
            read()
        }
    }

    /// What OpenSSL has taken off the socket, the socket will not tell of again.
    private func rememberPending() {
        if let tls, closing == nil, tls.hasPending { machine.remember(self) }
    }

    private func transportRead() -> Transfer {
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: machine.buffer[..<machine.limits.turnByteCountMax])
        if let tls { return unsafe tls.read(into: room) }
        return unsafe Transfer.read(descriptor, into: room)
    }

    private func consume(_ fresh: UnsafeRawBufferPointer) {
        guard held.isEmpty else {
            unsafe held.append(contentsOf: fresh)
            return consume()
        }
        let (count, isLimited) = unsafe deliver(fresh)
        guard closing == nil, count < fresh.count else { return }
        unsafe held = Array(fresh[count...])
        keepRemainder(isLimited)
    }

    private func consume() {
        var bytes: [UInt8] = []
        swap(&bytes, &held)
        let (count, isLimited) = unsafe bytes.withUnsafeBytes { unsafe deliver($0) }
        guard closing == nil, count < bytes.count else { return }
        held = count > 0 ? Array(bytes[count...]) : bytes
        keepRemainder(isLimited)
    }

    /// Hands over whole lines.
    ///
    /// - Returns: The bytes that are done with, and whether the turn's share was used up first.
    private func deliver(_ bytes: UnsafeRawBufferPointer) -> (count: Int, isLimited: Bool) {
        guard let start = bytes.baseAddress else { return (0, false) }
        var place = 0
        var lineCount = 0
        while place < bytes.count,
            let end = unsafe memchr(start + place, Int32(UInt8(ascii: "\n")), bytes.count - place)
        {
            guard lineCount < machine.limits.turnLineCountMax else { return (place, true) }
            let next = unsafe UnsafeRawPointer(end) - start + 1
            var count = next - 1 - place
            if count > 0, unsafe bytes[next - 2] == UInt8(ascii: "\r") { count -= 1 }
            guard count <= machine.limits.lineByteCountMax else {
                self.end(.lineTooLong)
                return (next, false)
            }
            lineCount += 1
            noteLine()
            unsafe machine.deliver(UnsafeRawBufferPointer(rebasing: bytes[place..<place + count]), from: self)
            place = next
            guard closing == nil else { break }
        }
        return (place, false)
    }

    private func noteLine() {
        let isFirst = lastLineMs == 0
        lastLineMs = machine.nowMs
        halfLineBeganMs = 0
        // From here on silence counts, which may have less time than the first line had.
        if isFirst { machine.roster.keepDeadline(of: self) }
    }

    private func keepRemainder(_ isLimited: Bool) {
        if isLimited {
            hasHeldLine = true
            return machine.remember(self)
        }
        let ending = held.last == UInt8(ascii: "\r") ? 1 : 0
        guard held.count - ending <= machine.limits.lineByteCountMax else { return end(.lineTooLong) }
        guard halfLineBeganMs == 0 else { return }
        halfLineBeganMs = max(1, machine.nowMs)
        machine.roster.keepDeadline(of: self)
    }
}
