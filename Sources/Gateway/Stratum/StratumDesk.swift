import BlockFormat
import Cryptography
import EventLoop
import Hashing
import Messages
import MiningDomain
import ServiceRuntime
import StratumProtocol
import System

/// Serves the Stratum connections of one loop; everything here happens on that loop's thread.
///
/// Lines come in, one after the other; shares gather until the end of the loop's turn and leave as one batch; verdicts come
/// back as one post and go out as one write for each connection.
final class StratumDesk: LoopHandler {
    typealias Session = StratumSession

    let office: StratumOffice
    /// This loop's among those of the gateway.
    let place: Int
    let lanes: JudgeLanes
    /// The loop's own thread, for tasks.
    let executor: LoopExecutor
    let send: @Sendable (StratumErrand) -> Bool
    var sessions: [StratumSession] = []
    /// Those that have subscribed, by name.
    var named: [String: StratumSession] = [:]
    var addresses: AddressBook
    /// Those with shares that the other loops have not heard of.
    var counted: [AddressRecord] = []

    /// The job to work on, and those that shares may still come for.
    var job: StratumJob?
    var jobs: [JobID: StratumJob] = [:]
    /// The last of them, withdrawn or not.
    var newestJob: JobID?
    /// What they build on, the first of them that does, and when it came, as `nowMs` has it.
    var tip: Hash256?
    var tipFirstJob: JobID?
    var tipChangedAtMs: UInt64

    /// The shares of this turn; then those that wait for a free lane; then those that are being judged.
    var gathering: ShareBatch
    var waiting: [ShareBatch] = []
    var judged: [UInt64: ShareBatch] = [:]
    /// Shares that were neither answered nor refused.
    var openShareCount = 0

    /// Subscriptions that wait for a lease.
    var waitingSubscriptions = ArrivalLine<StratumSession>()
    /// Who waits for a session that lives on another loop: each connection once.
    var resumers: [UInt64: (session: StratumSession, id: RequestID)] = [:]
    /// Who waits for a job's transactions.
    var transactionAskers: [UInt64: (session: StratumSession, id: RequestID)] = [:]
    var lastQuestion: UInt64 = 0
    var ticks = StratumTicks()
    /// Told once every connection is gone and every share answered; then no new connection is taken.
    var drained: (@Sendable () -> Void)?
    /// Each share's is one more than the last; begun at random, so that no other loop, gateway or run has the same.
    var lastSubmissionID = SecureRandom.uint64()
    /// Answers are written here before they are sent.
    var scratch: [UInt8] = []
    /// Milliseconds of a clock that never goes back, read once a turn: nothing here depends on the time of day.
    var nowMs: UInt64

    /// - Parameters:
    ///   - office: What all loops share.
    ///   - place: This loop's number, from 0.
    ///   - lanes: This loop's way to the share services.
    ///   - executor: This loop's thread.
    ///   - send: Has something asked of another service or loop, and says whether it will be.
    init(
        office: StratumOffice,
        place: Int,
        lanes: JudgeLanes,
        executor: LoopExecutor,
        send: @escaping @Sendable (StratumErrand) -> Bool
    ) {
        self.office = office
        self.place = place
        self.lanes = lanes
        self.executor = executor
        self.send = send
        addresses = AddressBook(rate: office.connectionRate, windows: office.windows)
        gathering = ShareBatch(number: 1)
        nowMs = office.surroundings.clock.monotonicMilliseconds
        tipChangedAtMs = nowMs
    }

    private var isTurnOpen = false

    // MARK: - Connections

    func open(_ link: Link<StratumSession>) -> StratumSession? {
        readClock()
        guard drained == nil else { return nil }
        guard office.bans.ban(of: link.remoteAddress) == nil else {
            office.metrics.refusedBanned.increment()
            return nil
        }
        let address = addresses.record(of: link.remoteAddress.network, nowMs: nowMs)
        address.openedAtMs = nowMs
        guard address.doorbell.take(office.connectionRate, at: nowMs) == nil else {
            office.metrics.refusedHasty.increment()
            return nil
        }
        address.connectionCount += 1
        let session = StratumSession(
            link,
            address: address,
            vardiff: Vardiff(office.vardiff, nowMs: nowMs),
            allowance: TokenBucket(full: office.lineRate, at: nowMs),
            nowMs: nowMs
        )
        session.index = sessions.count
        sessions.append(session)
        office.metrics.connections.add(1)
        return session
    }

    func receive(_ line: Span<UInt8>, from link: Link<StratumSession>) {
        guard let session = link.session else { return }
        if !isTurnOpen { readClock() }
        isTurnOpen = true
        guard session.allowance.take(office.lineRate, at: nowMs) == nil else {
            office.metrics.floods.increment()
            return farewell(session, .rateLimited)
        }
        let request = StratumRequest(parsing: line)
        switch request.call {
        case .submit(let share): submit(share, request.id, session, line)
        case .refusedSubmit(let error): refuse(session.lease == nil ? .notSubscribed : error, request.id, session)
        case .subscribe(let call): subscribe(call, request.id, session)
        case .authorize(let call): authorize(call, request.id, session)
        case .configure(let call): configure(call, request.id, session)
        case .suggestDifficulty(let difficulty): suggest(difficulty, request.id, session)
        case .suggestTarget(let target): suggest(target, request.id, session)
        case .extranonceSubscribe:
            session.wantsSetExtranonce = true
            answerTrue(request.id, session)
        case .ping: answer(session) { StratumWriter.appendPong(request.id, to: &$0) }
        case .getTransactions(let job): giveTransactions(of: job, request.id, session)
        case .multiVersion: answerTrue(request.id, session)
        case .answer(let text): if let text { learn(program: text, session) }
        case .unknownMethod: answer(session) { StratumWriter.append(.unknownMethod, request.id, to: &$0) }
        case .refused(let error): refuseLine(error, request.id, session)
        }
    }

    func turnEnded() {
        isTurnOpen = false
        sendShares()
    }

    func farewell(to link: Link<StratumSession>, because closure: LinkClosure) -> [UInt8]? {
        guard link.session?.isSubscribed == true else { return nil }
        var line: [UInt8] = []
        StratumWriter.appendShowMessage("Connection closed: \(closure)", to: &line)
        return line
    }

    func closed(_ link: Link<StratumSession>, because closure: LinkClosure) {
        guard let session = link.session else { return }
        office.metrics.connections.add(-1)
        office.metrics.closed(closure)
        session.address.connectionCount -= 1
        let last = sessions.removeLast()
        if last !== session {
            last.index = session.index
            sessions[session.index] = last
        }
        defer { tellWhenDrained() }
        if let place = session.waitingPlace { waitingSubscriptions.remove(at: place) }
        keep(session)
    }

    func refused(_ address: RemoteAddress, because closure: LinkClosure) {
        office.metrics.closed(closure)
    }

    func tick(nowMs _: UInt64) {
        readClock()
        answerLate()
        keepTime()
        sendShares()
    }

    func readClock() {
        nowMs = office.surroundings.clock.monotonicMilliseconds
    }
}
