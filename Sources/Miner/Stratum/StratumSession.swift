import JSON

/// What a Stratum miner knows, and what follows from each piece of news.
///
/// A pure value that outlives its connections: `StratumLink` tells it what happens, and does what it says. Its times are of a
/// clock that never goes back.
struct StratumSession: Sendable {
    enum Action: Sendable {
        case send([UInt8])
        /// Work on this from now on.
        case turn(Assignment)
        /// What is being worked on is worth nothing any more.
        case dropWork
        case settle(Report, ReportAnswer)
        case returnUnanswered(Report)
        /// Shares are taken from now on.
        case ready(resumed: Bool)
        case showMessage(String)
        case end(StratumEnd)
    }

    private enum Phase {
        case away
        case subscribing(id: UInt64)
        case authorizing(id: UInt64)
        case authorized
    }

    let user: String
    let settings: StratumSettings

    // What one connection has.
    private var phase = Phase.away
    private var phaseBeganAtMs: UInt64 = 0
    private var hasJob = false
    private var hasBeenReady = false
    private var extranonces: Extranonces?
    private var difficulty = WireDifficulty.one
    private var submissions = Submissions()
    private var isResumed = false

    // What outlives connections.
    private var sessionID: String?
    private var lastExtranonces: Extranonces?
    private var works = StratumWorkBook()
    private var nextID: UInt64 = 1

    init(user: String, settings: StratumSettings) {
        self.user = user
        self.settings = settings
    }

    /// Whether a share would be taken now.
    var isReady: Bool {
        guard case .authorized = phase else { return false }
        return hasJob
    }

    var isWaitingForAnswers: Bool { !submissions.isEmpty }

    /// Whether the pool has owed us an answer for longer than `timeoutMs`.
    func isOverdue(nowMs: UInt64, timeoutMs: UInt64) -> Bool {
        let since: UInt64?
        switch phase {
        case .away: return false
        case .subscribing, .authorizing: since = phaseBeganAtMs
        case .authorized: since = hasJob ? submissions.oldestSentAtMs : phaseBeganAtMs
        }
        return since.map { nowMs > $0 + timeoutMs } ?? false
    }

    // MARK: - Connections

    /// A connection is there.
    mutating func begin(nowMs: UInt64) -> [Action] {
        let id = takeID()
        enter(.subscribing(id: id), nowMs)
        let parameters = [JSON(settings.userAgent)] + (sessionID.map { [JSON($0)] } ?? [])
        return [.send(StratumLine.request(id: id, "mining.subscribe", parameters))]
    }

    /// The connection has gone.
    mutating func end() -> [Action] {
        phase = .away
        (hasJob, hasBeenReady) = (false, false)
        difficulty = .one
        lastExtranonces = extranonces ?? lastExtranonces
        extranonces = nil
        return submissions.takeAll().map(Action.returnUnanswered)
    }

    /// - Throws: What in `line` is no Stratum: whoever sends that is not to be talked with.
    mutating func receive(_ line: [UInt8], nowMs: UInt64) throws(PageError) -> [Action] {
        switch try StratumMessage(parsing: line) {
        case .answer(let id?, let answer): try receive(answer, id: id, nowMs)
        case .answer(nil, _): []
        case .call(let id, let method, let parameters):
            try receive(method, StratumParameters(values: parameters), id: id, nowMs)
        }
    }

    // MARK: - Shares

    /// Sends a report's finds, each as a share.
    mutating func submit(_ report: Report, nowMs: UInt64) -> [Action] {
        guard let work = works[report.binToken] else {
            // It was found in a search space or on a block that is ours no more.
            let results = report.finds.map {
                ReportAnswer.Result(extranonce2: $0.extranonce2, nonce: $0.nonce, verdict: .rejected(reason: "stale"))
            }
            return [.settle(report, ReportAnswer(results: results, nextBin: nil, currentJobID: nil))]
        }
        guard !report.finds.isEmpty else {
            return [.settle(report, ReportAnswer(results: [], nextBin: nil, currentJobID: nil))]
        }
        let ids = report.finds.map { _ in takeID() }
        submissions.add(report, in: work, ids: ids, nowMs: nowMs)
        let lines = zip(ids, report.finds).map { id, find in
            let fields = work.fields(of: find)
            let parameters = [user, work.jobID, fields.extranonce2, fields.time, fields.nonce].map { JSON($0) }
            return StratumLine.request(id: id, "mining.submit", parameters)
        }
        return [.send(Array(lines.joined()))]
    }

    // MARK: - Answers

    private mutating func receive(_ answer: StratumAnswer, id: UInt64, _ nowMs: UInt64) throws(PageError) -> [Action] {
        switch phase {
        case .subscribing(id): return try subscribed(answer, nowMs)
        case .authorizing(id): return authorized(answer, nowMs)
        case .away, .subscribing, .authorizing, .authorized: return judged(answer, id: id)
        }
    }

    private mutating func subscribed(_ answer: StratumAnswer, _ nowMs: UInt64) throws(PageError) -> [Action] {
        guard answer.error.isNull else {
            sessionID = nil  // perhaps it is the old session that the pool does not like
            return [.end(.trouble("the pool does not let us subscribe: \(answer.text)"))]
        }
        let result = StratumParameters(values: answer.result.array ?? [])
        let extranonces = try Extranonces(result, at: 1)
        sessionID = SubscriptionID.read(result.values.first)
        isResumed = extranonces == lastExtranonces
        self.extranonces = extranonces
        var actions: [Action] = []
        if !isResumed {
            works.removeAll()
            actions.append(.dropWork)
        }
        let extranonceID = takeID()
        let id = takeID()
        enter(.authorizing(id: id), nowMs)
        actions.append(.send(StratumLine.request(id: extranonceID, "mining.extranonce.subscribe", [])))
        let names = [JSON(user), JSON(settings.password)]
        actions.append(.send(StratumLine.request(id: id, "mining.authorize", names)))
        return actions
    }

    private mutating func authorized(_ answer: StratumAnswer, _ nowMs: UInt64) -> [Action] {
        guard answer.isYes else {
            let isFinal = answer.error.isNull || answer.code == StratumAnswer.Code.unauthorized
            return [.end(isFinal ? .refused(answer.text) : .trouble(answer.text))]
        }
        enter(.authorized, nowMs)
        return readiness()
    }

    private mutating func judged(_ answer: StratumAnswer, id: UInt64) -> [Action] {
        guard submissions.isWaiting(for: id) else { return [] }  // to a request whose answer changes nothing
        var actions: [Action] = []
        if let (report, whole) = submissions.answer(id, answer) { actions.append(.settle(report, whole)) }
        if !answer.isYes, [StratumAnswer.Code.unauthorized, StratumAnswer.Code.notSubscribed].contains(answer.code) {
            // The pool has forgotten who we are: tell it again, from the beginning.
            actions.append(.end(.trouble("the pool says \(answer.reason)")))
        }
        return actions
    }

    // MARK: - What the pool says by itself

    private mutating func receive(
        _ method: String,
        _ parameters: StratumParameters,
        id: JSON,
        _ nowMs: UInt64
    ) throws(PageError) -> [Action] {
        switch method {
        case "mining.notify": return try notified(parameters, nowMs)
        case "mining.set_difficulty":
            guard let difficulty = parameters.values.first?.number.flatMap(WireDifficulty.init) else {
                throw .field("difficulty")
            }
            self.difficulty = difficulty  // of the jobs that come; those that are here keep theirs
            return []
        case "mining.set_extranonce":
            extranonces = try Extranonces(parameters, at: 0)  // likewise
            return []
        case "client.reconnect": return [.end(.reconnect(StratumReconnect(parameters)))]
        case "client.show_message":
            let text = parameters.values.first?.string ?? ""
            return [.showMessage(String(text.prefix(Self.messageLengthMax)))]
        case "client.get_version": return [.send(StratumLine.answer(id: id, JSON(settings.userAgent)))]
        case "mining.ping": return [.send(StratumLine.answer(id: id, "pong"))]
        case _: return id.isNull ? [] : [.send(StratumLine.methodNotFound(id: id))]
        }
    }

    private mutating func notified(_ parameters: StratumParameters, _ nowMs: UInt64) throws(PageError) -> [Action] {
        let notify = try StratumNotify(parameters, algorithm: settings.algorithm)
        guard let extranonces else { return [] }  // before the answer to our subscription: nothing can be done with it
        // Finds of before the connection wait for this: they can only count on the block that jobs build on now. Those of
        // this connection go out even so: what solves a block is worth the pool's try.
        if !hasJob { works.keep(on: notify.job.previousHash) }
        let work = StratumWork(
            jobID: notify.id,
            extranonces: extranonces,
            time: notify.time,
            previousHash: notify.job.previousHash,
            blockTarget: notify.blockTarget
        )
        let space = extranonces.space(
            token: works.add(work),
            time: notify.time,
            shareTarget: difficulty.target(for: settings.algorithm)
        )
        hasJob = true
        let assignment = Assignment(space: space, job: notify.job, endsAtMs: nowMs + Self.jobLifetimeMs)
        return [.turn(assignment)] + readiness()
    }

    private mutating func readiness() -> [Action] {
        guard isReady, !hasBeenReady else { return [] }
        hasBeenReady = true
        return [.ready(resumed: isResumed)]
    }

    private mutating func enter(_ phase: Phase, _ nowMs: UInt64) {
        self.phase = phase
        phaseBeganAtMs = nowMs
    }

    private mutating func takeID() -> UInt64 {
        defer { nextID += 1 }
        return nextID
    }

    /// No pool keeps a job for longer; a living one sends the next within a minute.
    static let jobLifetimeMs: UInt64 = 600_000
    private static let messageLengthMax = 1_000
}
