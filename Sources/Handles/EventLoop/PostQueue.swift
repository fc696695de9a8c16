import Synchronization

/// What other threads want done on a loop's thread: many posts in a row wake it once.
final class PostQueue<Handler: LoopHandler>: Sendable {
    typealias Post = @Sendable (Handler) -> Void

    private struct State {
        var posts: [Post] = []
        var isOpen = true
        /// The loop's thread is at it, and looks again before it leaves.
        var isDrained = false
    }

    let wakeUp: WakeUp
    private let countMax: Int
    private let state = Mutex(State())

    init(countMax: Int) throws(EventLoopError) {
        self.countMax = countMax
        wakeUp = try WakeUp()
    }

    /// - Returns: `false` when the queue is closed or full.
    func append(_ post: @escaping Post) -> Bool {
        let (isTaken, isFirst) = state.withLock { state in
            guard state.isOpen, state.posts.count < countMax else { return (false, false) }
            state.posts.append(post)
            return (true, state.posts.count == 1 && !state.isDrained)
        }
        if isFirst { wakeUp.ring() }
        return isTaken
    }

    /// Takes all posts, and leaves the empty array `spare`, whose memory is used again.
    ///
    /// Until this gives none, or `pause` is called, posts wake nobody.
    func swap(_ spare: inout [Post]) {
        let next = spare
        spare = []
        spare = state.withLock { state in
            let posts = state.posts
            state.posts = next
            state.isDrained = !posts.isEmpty
            return posts
        }
    }

    /// Leaves what is there to the next turn.
    func pause() {
        let isWaiting = state.withLock { state in
            state.isDrained = false
            return !state.posts.isEmpty
        }
        if isWaiting { wakeUp.ring() }
    }

    var isOpen: Bool { state.withLock(\.isOpen) }

    /// No posts from here on; those that were taken still run.
    func close() {
        state.withLock { $0.isOpen = false }
        wakeUp.ring()
    }
}
