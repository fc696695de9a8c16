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

    var clock = TurnClock()
    var pace: TurnPace
    var roster = Roster()
    /// Connections with large output that their sockets did not take yet.
    var largeOutputCount = 0
    /// Connections to be ended at the end of the turn.
    var ending: ContiguousArray<Connection> = []
    /// Connections with bytes in hand that the turn's share did not reach.
    var unfinished: ContiguousArray<Connection> = []
    var acceptors: [Acceptor] = []
    /// Acceptors that wait for file descriptors.
    var paused: [Acceptor] = []
    var deliveredLineCount = 0
    var timer: TickTimer?
    var lookups: LookupDesk?

    init?(_ settings: LoopSettings, counts: ConnectionCounts) {
        guard let base = EventBase() else { return nil }
        self.base = base
        self.counts = counts
        limits = LoopLimits(settings)
        unsafe buffer = .allocate(byteCount: Self.bufferByteCount, alignment: 16)
        pace = TurnPace(gatherNs: limits.gatherNs, lineRateMin: limits.gatherLineRateMin, nowNs: clock.nowNs)
    }

    deinit {
        unsafe buffer.deallocate()
    }

    /// When the turn began, in milliseconds of a clock that never goes back.
    final var nowMs: UInt64 { clock.nowMs }

    /// The first of a turn's calls asks the kernel.
    final func refreshTime() { clock.refresh() }

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
