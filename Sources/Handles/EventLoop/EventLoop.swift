import Dispatch
import Synchronization

// Who lives here:
//
// `LoopServer` has listeners and a loop for each core; `EventLoop` is one loop with its thread; `LoopHandler` is what a
// program does with its connections; `Link` is one connection, `Link.session` what the program knows about it.
//
// A handler, its links and its sessions belong to the loop's thread, and the compiler sees to it: none of them is Sendable,
// the handler is made there, and other threads reach it only by `post`. In one turn a loop takes what every socket has to
// give (bounded a link), hands over each line, runs what was posted, calls `turnEnded`, and then writes once to each socket
// that has output.
//
//     LoopServer ─▶ EventLoop ─▶ LoopCore<Handler> : LoopMachine        the program's types end at LoopCore
//                                    │    ├─ Acceptor (a listener)       EventTarget: what libevent calls
//                                    │    ├─ Link<Session> : Connection  EventTarget; read, write, limits
//                                    │    └─ Outbox                      a turn's output
//                                    └─ posts (other threads), lookups (names)

/// A thread that serves any number of connections through libevent, and the handler that lives on it.
///
/// Whoever makes one stops it.
package final class EventLoop<Handler: LoopHandler>: Sendable {
    private let posts: PostQueue<Handler>
    private let thread: LoopThread

    /// A loop without listeners, for outgoing links.
    ///
    /// - Parameters:
    ///   - name: The thread's; at most 15 bytes count.
    ///   - settings: Limits.
    ///   - makeHandler: Called on the loop's thread before this returns.
    /// - Throws: `EventLoopError`.
    package convenience init(
        name: String,
        settings: LoopSettings = LoopSettings(),
        makeHandler: @escaping @Sendable (LoopContext<Handler.Session>) -> Handler
    ) throws(EventLoopError) {
        try self.init(name, settings, doors: [], ConnectionCounts(settings), makeHandler)
    }

    init(
        _ name: String,
        _ settings: LoopSettings,
        doors: [Door],
        _ counts: ConnectionCounts,
        _ makeHandler: @escaping @Sendable (LoopContext<Handler.Session>) -> Handler
    ) throws(EventLoopError) {
        let posts = try PostQueue<Handler>(countMax: settings.postCountMax)
        self.posts = posts
        let start = StartSignal()
        thread = try LoopThread(name: name) {
            guard let core = LoopCore(settings, counts: counts, posts: posts) else { return start.tell(false) }
            core.run(doors: doors, makeHandler: makeHandler) { start.tell(true) }
        }
        guard start.wait() else { throw .exhausted("file descriptors") }
    }

    /// Runs `body` on the loop's thread, in order with other posts; what it sends goes out at the end of the turn.
    ///
    /// - Returns: `false` when the loop has stopped, or `LoopSettings.postCountMax` posts wait already: it will not run.
    @discardableResult
    package func post(_ body: @escaping @Sendable (Handler) -> Void) -> Bool {
        posts.append(body)
    }

    /// Closes every link (`.stopping`) and ends the thread; posts that were taken still run first.
    package func stop() async {
        close()
        await thread.wait()
    }

    /// Begins to stop.
    func close() {
        posts.close()
    }
}

/// How a thread says that it has begun.
private final class StartSignal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let outcome = Mutex(false)

    func tell(_ isGood: Bool) {
        outcome.withLock { $0 = isGood }
        semaphore.signal()
    }

    func wait() -> Bool {
        semaphore.wait()
        return outcome.withLock(\.self)
    }
}
