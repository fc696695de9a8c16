import System

/// A loop's machine with its program.
final class LoopCore<Handler: LoopHandler>: LoopMachine {
    typealias ProgramLink = Link<Handler.Session>

    private let posts: PostQueue<Handler>
    private var handler: Handler?
    private var drained: [PostQueue<Handler>.Post] = []
    private var bell: Bell?
    /// How often in one turn the loop looks whether posts have brought further ones.
    private static var roundCountMax: Int { 16 }

    init?(_ settings: LoopSettings, counts: ConnectionCounts, posts: PostQueue<Handler>) {
        self.posts = posts
        super.init(settings, counts: counts)
    }

    func run(doors: [Door], makeHandler: (LoopContext<Handler.Session>) -> Handler, begun: () -> Void) {
        let executor = LoopExecutor { [posts] body in posts.append { _ in body() } }
        handler = makeHandler(LoopContext(self, executor))
        begun()
        bell = Bell(base, posts.wakeUp.descriptor) { [unowned self] in
            posts.wakeUp.silence()
            runPosts()
        }
        run(doors: doors) {
            guard !posts.isOpen else { return false }
            runPosts()  // those that came since the last turn
            return true
        }
        bell = nil
        handler = nil
    }

    override func servePosts(withinNs timeNs: UInt64) {
        guard posts.wakeUp.wait(atMostNs: timeNs) else { return }
        posts.wakeUp.silence()
        runPosts()
    }

    private func runPosts() {
        guard let handler else { return }
        refreshTime()
        for _ in 0..<Self.roundCountMax {
            posts.swap(&drained)
            guard !drained.isEmpty else { return }
            for post in drained { post(handler) }
            drained.removeAll(keepingCapacity: true)
        }
        posts.pause()
    }

    private func link(_ connection: Connection) -> ProgramLink {
        // `makeConnection` and `LoopContext.connect` make no others.
        unsafe unsafeDowncast(connection, to: ProgramLink.self)
    }

    override func open(_ connection: Connection) -> Bool {
        let link = link(connection)
        link.session = handler?.open(link)
        return link.session != nil
    }

    override func opened(_ connection: Connection) {
        handler?.opened(link(connection))
    }

    override func hand(_ line: UnsafeRawBufferPointer, from connection: Connection) {
        let bytes = unsafe line.assumingMemoryBound(to: UInt8.self)
        unsafe handler?.receive(bytes.span, from: link(connection))
    }

    override func turnEnded() {
        handler?.turnEnded()
    }

    override func farewell(to connection: Connection, _ closure: LinkClosure) -> [UInt8]? {
        handler?.farewell(to: link(connection), because: closure)
    }

    override func told(_ connection: Connection, _ closure: LinkClosure) -> Bool {
        let link = link(connection)
        guard link.session != nil else { return false }
        handler?.closed(link, because: closure)
        link.session = nil
        return true
    }

    override func refused(_ address: RemoteAddress, _ closure: LinkClosure) {
        handler?.refused(address, because: closure)
    }

    override func ticked() {
        handler?.tick(nowMs: nowMs)
    }

    override func makeConnection(
        _ descriptor: Int32,
        _ address: RemoteAddress,
        at door: Door,
        _ phase: Connection.Phase
    ) -> Connection? {
        ProgramLink(
            self,
            descriptor: descriptor,
            address: address,
            door: door,
            phase: phase
        )
    }
}

/// Calls `body` when a descriptor can be read.
final class Bell: EventTarget {
    private let body: () -> Void
    private var event: Event?

    init(_ base: EventBase, _ descriptor: Int32, _ body: @escaping () -> Void) {
        self.body = body
        super.init()
        event = Event(base, descriptor: descriptor, .reading, target: self)
        event?.start()
    }

    override func ready(_: Readiness) {
        body()
    }
}
