import Synchronization

/// Lets one part of a simulation go on at a time; the director says which.
///
/// Parts are tasks, because the real code that they run is asynchronous, but never two of them run: whoever pauses hands
/// over to the director, and goes on when it is told to.
final class Stage: Sendable {
    /// The part that the present task belongs to; `nil` for the director itself.
    @TaskLocal static var part: Int?

    private struct State {
        var paused: [Int: CheckedContinuation<Void, Never>] = [:]
        var director: CheckedContinuation<Void, Never>?
        var lastPart = 0
    }

    private let state = Mutex(State())

    /// Parts that wait to go on, oldest first.
    var paused: [Int] { state.withLock { $0.paused.keys.sorted() } }

    /// Begins a part; returns when it has paused or ended.
    func begin(_ body: @escaping @Sendable () async -> Void) async {
        let part = state.withLock { state in
            state.lastPart += 1
            return state.lastPart
        }
        await withCheckedContinuation { director in
            state.withLock { $0.director = director }
            Task {
                await Self.$part.withValue(part) { await body() }
                handOver()
            }
        }
    }

    /// Lets a part go on; returns when it has paused again or ended.
    func goOn(_ part: Int) async {
        await withCheckedContinuation { director in
            let next = state.withLock { state in
                state.director = director
                return state.paused.removeValue(forKey: part)
            }
            next?.resume()
        }
    }

    /// Hands over to the director.
    func pause() async {
        guard let part = Self.part else { return }
        await withCheckedContinuation { continuation in
            state.withLock { $0.paused[part] = continuation }
            handOver()
        }
    }

    private func handOver() {
        state.withLock { $0.director.take() }?.resume()
    }
}
