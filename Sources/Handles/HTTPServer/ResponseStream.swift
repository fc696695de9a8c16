import Synchronization

/// A body that is written while it is sent, such as server-sent events.
///
/// What the client has not read yet is kept, but never more than a bound: a client that lags further is cut off.
package final class ResponseStream: Sendable {
    /// What the connection that sends the stream can do for it.
    struct Sender {
        /// Goes on sending after a pause.
        let resume: @Sendable () -> Void
        /// Ends the connection, even one whose client reads nothing.
        let cut: @Sendable () -> Void
    }

    enum Portion {
        case bytes(Int)
        /// The sender has paused itself.
        case none
        case end
        case broken
    }

    private struct State {
        var waiting: [UInt8] = []
        /// How many of `waiting` are sent.
        var sentCount = 0
        var isFinished = false
        /// Cut off: what waited is dropped, and the client is not told that this was all.
        var isBroken = false
        var isClosed = false
        var isPaused = false
        var sender: Sender?
    }

    private let byteCountMax: Int
    private let onClose: @Sendable () -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - byteCountMax: How much may wait for a client that does not read.
    ///   - onClose: Called once when nothing can be sent any more, from any thread.
    package init(byteCountMax: Int, onClose: @escaping @Sendable () -> Void = {}) {
        self.byteCountMax = byteCountMax
        self.onClose = onClose
    }

    /// Queues `bytes`.
    ///
    /// - Returns: `false` when the client is gone or too slow; the stream has ended then.
    @discardableResult package func write(_ bytes: [UInt8]) -> Bool {
        enum Outcome {
            case ended
            case queued(resume: Sender?)
            case overflowed
        }
        let outcome: Outcome = state.withLock { state in
            guard !state.isClosed, !state.isFinished else { return .ended }
            guard state.waiting.count - state.sentCount + bytes.count <= byteCountMax else { return .overflowed }
            state.waiting += bytes
            return .queued(resume: Self.takePause(&state))
        }
        switch outcome {
        case .ended: return false
        case .queued(let sender):
            sender?.resume()
            return true
        case .overflowed:
            cutOff()
            return false
        }
    }

    /// Ends the stream once everything queued is sent.
    package func finish() {
        let sender = state.withLock { state in
            state.isFinished = true
            return Self.takePause(&state)
        }
        sender?.resume()
    }

    /// Ends the stream and its connection at once, whether that is paused, waits for its client or has yet to begin.
    func cutOff() {
        let (sender, paused) = state.withLock { state in
            guard !state.isClosed else { return (Sender?.none, Sender?.none) }
            state.isFinished = true
            state.isBroken = true
            state.waiting = []
            state.sentCount = 0
            return (state.sender, Self.takePause(&state))
        }
        sender?.cut()
        // Nobody looks at the socket of a paused connection; one that goes on meets `.broken`.
        paused?.resume()
    }

    /// Nothing is added any more.
    var isFinished: Bool { state.withLock { $0.isFinished } }

    package var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Nothing can be sent any more.
    func close() {
        let isFirst = state.withLock { state in
            defer { state = State(isFinished: true, isClosed: true) }
            return !state.isClosed
        }
        if isFirst { onClose() }
    }

    func attach(_ sender: Sender) {
        state.withLock { $0.sender = sender }
    }

    /// Moves what waits into `buffer`; when nothing does, `pause` is called under the lock, before any `resume`.
    func read(into buffer: UnsafeMutableRawBufferPointer, pause: () -> Void) -> Portion {
        state.withLock { state in
            guard !state.isClosed, !state.isBroken else { return .broken }
            let count = min(buffer.count, state.waiting.count - state.sentCount)
            guard count > 0 else {
                if state.isFinished { return .end }
                state.isPaused = true
                pause()
                return .none
            }
            unsafe buffer.copyBytes(from: state.waiting[state.sentCount..<state.sentCount + count])
            state.sentCount += count
            if state.sentCount == state.waiting.count {
                state.waiting.removeAll(keepingCapacity: state.waiting.capacity <= Self.keptByteCountMax)
                state.sentCount = 0
            }
            return .bytes(count)
        }
    }

    /// An idle stream holds no more memory than this.
    private static let keptByteCountMax = 4 << 10

    private static func takePause(_ state: inout State) -> Sender? {
        guard state.isPaused else { return nil }
        state.isPaused = false
        return state.sender
    }
}
