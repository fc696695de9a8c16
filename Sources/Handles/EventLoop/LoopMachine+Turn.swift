import System

/// The turn: what sockets have is read, posts are done, and then everything goes out.
extension LoopMachine {
    /// Until `isDone`.
    func run(doors: [Door], until isDone: () -> Bool) {
        timer = TickTimer(self)
        for door in doors {
            let acceptor = Acceptor(self, door)
            acceptors.append(acceptor)
            acceptor.start()
        }
        while !isDone() {
            gather()
            clock.expire()
            base.turn(waiting: unfinished.isEmpty)
            refreshTime()
            continueReading()
            endTurn()
        }
        close()
    }

    /// Leaves the sockets alone as long as the pace wants them to fill; posts are done meanwhile, and what they send goes out.
    private func gather() {
        guard pace.isResting, unfinished.isEmpty else { return }
        while true {
            let restNs = pace.restNs(atNs: KernelTime.monotonicNanoseconds)
            guard restNs > 0 else { return }
            clock.expire()
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
                pace.read(deliveredLineCount, inTurnBegunAt: clock.nowNs)
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
        for connection in roster.due(atMs: nowMs) {
            if connection.deadlineMs <= nowMs { connection.overdue() }
            roster.wasLookedAt(connection)
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
        for connection in roster.connections { connection.end(.stopping) }
        endTurn()
        for connection in roster.connections.reversed() { connection.tearDown() }
        lookups = nil
    }
}

/// Calls `tick` again and again.
final class TickTimer: EventTarget {
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
