import Glibc
import System

/// One loop on its thread: the connections, and the turn.
///
/// What it tells the program, `LoopCore` hands on.
///
/// Nothing here depends on the program's types, so that the work for a line is plain calls.
@safe package class LoopMachine {
    let base: EventBase
    let limits: LoopLimits
    let counts: ConnectionCounts
    let outbox = Outbox()
    /// Where every read goes.
    let buffer: UnsafeMutableRawBufferPointer
    static let bufferByteCount = 64 << 10

    /// When the turn began.
    private(set) var nowMs: UInt64
    private var nowNs: UInt64
    private var isTimeFresh = true
    private var pace: TurnPace
    private(set) var connections: ContiguousArray<Connection> = []
    var deadlines = DeadlineTable()
    /// Connections with large output that their sockets did not take yet.
    var largeOutputCount = 0
    /// Connections to be ended at the end of the turn.
    var ending: ContiguousArray<Connection> = []
    /// Connections with bytes in hand that the turn's share did not reach.
    private var unfinished: ContiguousArray<Connection> = []
    private var acceptors: [Acceptor] = []
    /// Acceptors that wait for file descriptors.
    var paused: [Acceptor] = []
    private var deliveredLineCount = 0
    private var timer: Timer?
    private(set) var lookups: LookupDesk?

    init?(_ settings: LoopSettings, counts: ConnectionCounts) {
        guard let base = EventBase() else { return nil }
        self.base = base
        self.counts = counts
        limits = LoopLimits(settings)
        unsafe buffer = .allocate(byteCount: Self.bufferByteCount, alignment: 16)
        nowNs = KernelTime.monotonicNanoseconds
        nowMs = nowNs / 1_000_000
        pace = TurnPace(gatherNs: limits.gatherNs, lineRateMin: limits.gatherLineRateMin, nowNs: nowNs)
    }

    deinit {
        unsafe buffer.deallocate()
    }

    // What the program is told; `LoopCore` does.
    func open(_: Connection) -> Bool { false }
    func opened(_: Connection) {}
    func hand(_: UnsafeRawBufferPointer, from _: Connection) {}
    func turnEnded() {}
    func farewell(to _: Connection, _: LinkClosure) -> [UInt8]? { nil }
    func told(_: Connection, _: LinkClosure) -> Bool { false }
    func refused(_: RemoteAddress, _: LinkClosure) {}
    func ticked() {}
    /// Waits until something is posted, at most so many nanoseconds, and does it.
    func servePosts(withinNs _: UInt64) {}
    func makeConnection(_: Int32, _: RemoteAddress, at _: Door, _: Connection.Phase) -> Connection? { nil }
}

// MARK: The turn
extension LoopMachine {
    /// Until `isDone`.
    func run(doors: [Door], until isDone: () -> Bool) {
        timer = Timer(self)
        for door in doors {
            let acceptor = Acceptor(self, door)
            acceptors.append(acceptor)
            acceptor.start()
        }
        while !isDone() {
            gather()
            isTimeFresh = false
            base.turn(waiting: unfinished.isEmpty)
            refreshTime()
            continueReading()
            endTurn()
        }
        close()
    }

    /// The first of a turn's calls asks the kernel.
    func refreshTime() {
        guard !isTimeFresh else { return }
        nowNs = KernelTime.monotonicNanoseconds
        nowMs = nowNs / 1_000_000
        isTimeFresh = true
    }

    /// Leaves the sockets alone as long as the pace wants them to fill; posts are done meanwhile, and what they send goes out.
    private func gather() {
        guard pace.isResting, unfinished.isEmpty else { return }
        while true {
            let restNs = pace.restNs(atNs: KernelTime.monotonicNanoseconds)
            guard restNs > 0 else { return }
            isTimeFresh = false
            servePosts(withinNs: restNs)
            endTurn()
        }
    }

    private func continueReading() {
        guard !unfinished.isEmpty else { return }
        var waiting: ContiguousArray<Connection> = []
        swap(&waiting, &unfinished)
        for connection in waiting { connection.continueReading() }
    }

    private func endTurn() {
        repeat {
            if deliveredLineCount > 0 {
                pace.read(deliveredLineCount, inTurnBegunAt: nowNs)
                deliveredLineCount = 0
                turnEnded()
            }
            outbox.flush()
            finishEnding()
        } while deliveredLineCount > 0 || !outbox.isEmpty || !ending.isEmpty
    }

    private func finishEnding() {
        guard !ending.isEmpty else { return }
        var those: ContiguousArray<Connection> = []
        swap(&those, &ending)
        for connection in those { connection.finish() }
    }

    fileprivate func tick() {
        refreshTime()
        for place in deadlines.due(atMs: nowMs) where place < connections.count {
            let connection = connections[place]
            if connection.deadlineMs <= nowMs { connection.overdue() }
            // What ends is not looked at again, unless it lingers.
            if place < connections.count, connections[place] === connection {
                deadlines.set(at: place, to: connection.closing == nil ? connection.deadlineMs : .max)
            }
        }
        let resting = paused
        paused = []
        for acceptor in resting { acceptor.start() }
        ticked()
    }

    private func close() {
        for acceptor in acceptors { acceptor.close() }
        acceptors = []
        paused = []
        timer = nil
        for connection in connections { connection.end(.stopping) }
        endTurn()
        for connection in connections.reversed() { connection.tearDown() }
        lookups = nil
    }
}

// MARK: Connections
extension LoopMachine {
    func accepted(_ descriptor: Int32, from address: RemoteAddress, at door: Door) {
        guard counts.enter() else {
            counts.leave()
            Glibc.close(descriptor)
            return refused(address, .tooManyConnections)
        }
        var yes: Int32 = 1
        unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        let isProxied = door.trustedProxies.contains(address)
        let phase: Connection.Phase = isProxied ? .proxyHeader : door.tls == nil ? .open : .handshake
        guard let connection = makeConnection(descriptor, address, at: door, phase) else { return counts.leave() }
        add(connection)
        connection.start()
    }

    func add(_ connection: Connection) {
        connection.place = connections.count
        connections.append(connection)
        deadlines.append(connection.deadlineMs)
    }

    /// Its descriptor is closed.
    func remove(_ connection: Connection) {
        let place = connection.place
        connections.swapAt(place, connections.count - 1)
        connections[place].place = place
        connections.removeLast()
        deadlines.swapRemove(at: place)
        counts.leave()
        if connection.isCounted { counts.leave(connection.address) }
    }

    func forget(_ acceptor: Acceptor) {
        acceptors.removeAll { $0 === acceptor }
    }

    func remember(_ connection: Connection) {
        guard !connection.isUnfinished else { return }
        connection.isUnfinished = true
        unfinished.append(connection)
    }

    func deliver(_ line: UnsafeRawBufferPointer, from connection: Connection) {
        deliveredLineCount += 1
        unsafe hand(line, from: connection)
    }

    /// - Returns: Whether the program knew it.
    func closed(_ connection: Connection, _ closure: LinkClosure) -> Bool {
        let wasKnown = told(connection, closure)
        if !wasKnown, closure != .local { refused(connection.address, closure) }
        return wasKnown
    }

    /// Looks at what waits on a socket, and takes as much of it as `body` says.
    func peek(_ descriptor: Int32, byteCountMax: Int, _ body: ([UInt8]) -> Int) -> Transfer {
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<byteCountMax])
        let count = unsafe recv(descriptor, room.baseAddress, room.count, Int32(MSG_PEEK))
        guard count > 0 else { return count == 0 ? .ended : errno == EAGAIN ? .wantsReading : .failed(.peer) }
        let wanted = body(unsafe Array(room[..<count]))
        return unsafe Transfer.read(descriptor, into: UnsafeMutableRawBufferPointer(rebasing: room[..<wanted]))
    }

    var lookupDesk: LookupDesk? {
        if lookups == nil { lookups = LookupDesk(self) }
        return lookups
    }
}

/// Calls `tick` again and again.
private final class Timer: EventTarget {
    private unowned let machine: LoopMachine
    private var event: Event?

    init(_ machine: LoopMachine) {
        self.machine = machine
        super.init()
        event = Event(machine.base, descriptor: -1, [], target: self)
        event?.start(everyMs: machine.limits.tickMs)
    }

    override func ready(_: Readiness) {
        machine.tick()
    }
}
