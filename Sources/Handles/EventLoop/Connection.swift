import Glibc
import System

/// What `Link` is without its session: a socket, how far it has come, and what waits in either direction.
///
/// The names here are no part of the interface: see `Link`.
@safe package class Connection: EventTarget {
    enum Phase {
        case connecting
        case proxyHeader
        case handshake
        case open
        /// Over for the program: its last bytes go out, and what still comes is thrown away, so that the other side
        /// reads them before it sees a reset.
        case lingering
        case ended
    }

    let machine: LoopMachine
    /// `nil`: outgoing.
    let door: Door?
    /// −1: none yet, or none any more.
    var descriptor: Int32
    var address: RemoteAddress
    var phase: Phase
    /// The place in the machine's roster.
    var place = 0

    var event: Event?
    /// Only while something waits for the socket to be writable.
    var writeEvent: Event?
    var tls: TLSSession?
    /// What an outgoing connection has still before it.
    var plan: ConnectPlan?

    /// Bytes that were read and are no whole line yet, or more lines than a turn may deliver.
    var held: [UInt8] = []
    /// Among the machine's `unfinished`.
    var isUnfinished = false
    /// Bytes that the socket did not take, from `backlogStart` on.
    var backlog: [UInt8] = []
    var backlogStart = 0
    /// Of the output that waits, what `LoopSettings.outputByteCountMax` does not count.
    var largeByteCount = 0
    /// The first and last of this turn's output in the machine's outbox; −1: none.
    var firstSegment: Int32 = -1
    var lastSegment: Int32 = -1
    /// Why it will end at the end of the turn.
    var closing: LinkClosure?

    /// When the phase began, the last whole line came, and the unfinished line began (0: none is).
    var phaseBeganMs: UInt64
    var lastLineMs: UInt64 = 0
    var halfLineBeganMs: UInt64 = 0
    var hasSentEnd = false
    var isCounted = false
    /// Among the bytes held is a whole line.
    var hasHeldLine = false
    /// The socket takes nothing any more.
    var isBroken = false

    init(_ machine: LoopMachine, descriptor: Int32, address: RemoteAddress, door: Door?, phase: Phase) {
        self.machine = machine
        self.descriptor = descriptor
        self.address = address
        self.door = door
        self.phase = phase
        phaseBeganMs = machine.nowMs
    }

    override func ready(_ readiness: Readiness) {
        machine.refreshTime()
        guard closing == nil || phase == .lingering else { return }
        switch phase {
        case .connecting: finishConnecting()
        case .proxyHeader: readProxyHeader()
        case .handshake: shakeHands()
        case .open, .lingering:
            if readiness.contains(.writing) || tls?.writeWantsReading == true { flushBacklog() }
            guard readiness.contains(.reading) || tls?.readWantsWriting == true else { return }
            if phase == .open { read() } else { discard() }
        case .ended: break
        }
    }

    func begin(_ next: Phase) {
        phase = next
        phaseBeganMs = machine.nowMs
        machine.roster.keepDeadline(of: self)
    }

    /// Watches the socket for bytes.
    func watch() {
        event = Event(machine.base, descriptor: descriptor, .reading, target: self)
        if event?.start() != true { end(.local) }
    }

    /// Watches the socket for room, or stops doing so.
    func watchForRoom(_ isNeeded: Bool) {
        guard isNeeded != (writeEvent != nil) else { return }
        writeEvent = isNeeded ? Event(machine.base, descriptor: descriptor, .writing, target: self) : nil
        if isNeeded { _ = writeEvent?.start() }
    }
}
