internal import CCurl
import Synchronization

/// The thread behind a line connection, and what it shares with the tasks that use it.
final class LineThread: Sendable {
    typealias Opened = CheckedContinuation<Result<Void, LineConnectionError>, Never>
    typealias Line = CheckedContinuation<Result<[UInt8], LineConnectionError>, Never>

    /// What may wait to be sent.
    static let outgoingByteCountMax = 1 << 20

    private struct State {
        var opener: Opened?
        var reader: (ticket: UInt64, continuation: Line)?
        var lines: [[UInt8]] = []
        var outgoing: [UInt8] = []
        var end: LineConnectionError?
        var nextTicket: UInt64 = 0
        /// Of the last reader that was cancelled before it waited, or after it had its line.
        var cancelledTicket: UInt64?
    }

    private let settings: LineSettings
    private let state = Mutex(State())
    private let multi = MultiHandle()

    init(_ settings: LineSettings) {
        self.settings = settings
    }

    // MARK: - For the tasks

    func start(_ opener: Opened) {
        let end = state.withLock { state in
            if state.end == nil { state.opener = opener }
            return state.end
        }
        if let end { return opener.resume(returning: .failure(end)) }
        if !Thread.start(run) { finish(.unreachable("the system gives no more threads")) }
    }

    /// Tells one reading from another, so that cancelling one that is over does not touch the next.
    func ticket() -> UInt64 {
        state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
    }

    func read(_ reader: Line, _ ticket: UInt64) {
        let outcome: Result<[UInt8], LineConnectionError>? = state.withLock { state in
            if state.cancelledTicket == ticket { return .failure(.cancelled) }
            if !state.lines.isEmpty { return .success(state.lines.removeFirst()) }
            if let end = state.end { return .failure(end) }
            state.reader = (ticket, reader)
            return nil
        }
        guard let outcome else { return multi.wake() }  // there is room again
        reader.resume(returning: outcome)
    }

    func stopReading(_ ticket: UInt64) {
        let reader = state.withLock { state in
            state.cancelledTicket = ticket
            return state.reader?.ticket == ticket ? state.reader.take() : nil
        }
        reader?.continuation.resume(returning: .failure(.cancelled))
    }

    func send(_ bytes: [UInt8]) {
        let fits = state.withLock { state in
            guard state.outgoing.count + bytes.count <= Self.outgoingByteCountMax else { return false }
            state.outgoing += bytes
            return true
        }
        if fits { multi.wake() } else { finish(.tooMuchToSend) }
    }

    func stop() {
        finish(.cancelled)
    }

    // MARK: - On the thread

    private func run() {
        let easy = EasyHandle()
        easy.prepare(for: settings)
        multi.add(easy)
        defer { multi.remove(easy) }
        guard let socket = connect(easy) else { return }
        state.withLock { $0.opener.take() }?.resume(returning: .success(()))
        serve(easy, socket)
    }

    private func connect(_ easy: borrowing EasyHandle) -> curl_socket_t? {
        while !hasEnded {
            guard let outcome = multi.advance() else {
                multi.wait(milliseconds: Self.lookAroundMilliseconds)
                continue
            }
            if outcome == CURLE_OK, let socket = easy.socket { return socket }
            finish(.unreachable(unsafe String(cString: curl_easy_strerror(outcome))))
        }
        return nil
    }

    private func serve(_ easy: borrowing EasyHandle, _ socket: curl_socket_t) {
        var splitter = LineSplitter(byteCountMax: settings.lineByteCountMax)
        var heardAt = ContinuousClock.now
        var sentAt = ContinuousClock.now
        while !hasEnded {
            let outgoing = state.withLock(\.outgoing)
            if outgoing.isEmpty {
                sentAt = .now
            } else if let count = easy.send(outgoing) {
                state.withLock { $0.outgoing.removeFirst(count) }
                if count > 0 { sentAt = .now }
            } else {
                return finish(.broken("the connection is broken"))
            }
            let hasRoom = state.withLock { $0.lines.isEmpty }
            if hasRoom, receive(from: easy, &splitter) || hasEnded {
                heardAt = .now
                continue
            }
            if !hasRoom { heardAt = .now }
            if .now - heardAt > settings.silenceMax { return finish(.silent) }
            if .now - sentAt > settings.sendTimeout { return finish(.stuck) }
            let isSending = state.withLock { !$0.outgoing.isEmpty }
            multi.wait(
                for: socket,
                reading: hasRoom,
                writing: isSending,
                milliseconds: Self.lookAroundMilliseconds
            )
        }
    }

    /// - Returns: Whether anything came.
    private func receive(from easy: borrowing EasyHandle, _ splitter: inout LineSplitter) -> Bool {
        switch easy.receive() {
        case .nothingYet: return false
        case .closed: finish(.closed)
        case .failed(let reason): finish(.broken(reason))
        case .bytes(let bytes):
            do throws(LineSplitter.TooLong) {
                hand(on: try splitter.append(bytes))
            } catch {
                finish(.lineTooLong)
            }
        }
        return true
    }

    private func hand(on lines: [[UInt8]]) {
        guard !lines.isEmpty else { return }
        let (reader, line) = state.withLock { state in
            state.lines += lines
            let reader = state.reader.take()
            return (reader, reader == nil ? [] : state.lines.removeFirst())
        }
        reader?.continuation.resume(returning: .success(line))
    }

    private var hasEnded: Bool { state.withLock { $0.end != nil } }

    /// The first reason to end is the one that counts.
    private func finish(_ end: LineConnectionError) {
        let (opener, reader) = state.withLock { state in
            if state.end == nil { state.end = end }
            return (state.opener.take(), state.reader.take())
        }
        opener?.resume(returning: .failure(end))
        reader?.continuation.resume(returning: .failure(end))
        multi.wake()
    }

    /// Only a bound for limits of time: every other reason to look around wakes the thread.
    private static let lookAroundMilliseconds: Int32 = 500
}
