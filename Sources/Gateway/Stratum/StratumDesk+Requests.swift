import BlockFormat
import Cryptography
import EventLoop
import Hashing
import MiningDomain
import ServiceRuntime
import StratumProtocol

extension StratumDesk {
    // MARK: - Subscribing

    func subscribe(_ call: SubscribeRequest, _ id: RequestID, _ session: StratumSession) {
        guard session.lease == nil, session.waitingSubscription == nil else {
            return answer(session) { StratumWriter.append(.alreadySubscribed, id, to: &$0) }
        }
        if let program = call.userAgent { learn(program: program, session) }
        if let name = call.sessionID, resume(name, id, session) { return }
        begin(session, id)
    }

    /// A session in a search space of its own, as soon as there is one.
    func begin(_ session: StratumSession, _ id: RequestID) {
        guard let lease = office.leases.take() else { return wait(session, id) }
        begin(session, lease, id)
    }

    private func wait(_ session: StratumSession, _ id: RequestID) {
        guard waitingSubscriptions.count < office.settings.waitingSubscriptionCountMax else {
            answer(session) { StratumWriter.append(.searchSpaceUnavailable, id, to: &$0) }
            return session.link.close()
        }
        session.waitingSubscription = id
        session.waitingPlace = waitingSubscriptions.append(session)
    }

    /// What a miner runs: for the operator's eyes only.
    func learn(program: String, _ session: StratumSession) {
        guard !session.hasProgram else { return }
        session.hasProgram = true
        office.surroundings.log.debug("miner's program", ["address": session.address.address, "program": program])
    }

    /// Leases have come: who waits for one gets it.
    func serveWaiting() {
        readClock()
        while let session = waitingSubscriptions.first, let lease = office.leases.take() {
            if let place = session.waitingPlace.take() { waitingSubscriptions.remove(at: place) }
            if let id = session.waitingSubscription.take() { begin(session, lease, id) }
        }
    }

    private func begin(_ session: StratumSession, _ lease: SessionLeases.Lease, _ id: RequestID) {
        session.lease = lease
        session.name = Hex.string(SecureRandom.bytes(StratumOffice.sessionNameByteCount))
        subscribed(session, id)
    }

    /// Nothing is sent before this answer, and work right after it.
    func subscribed(_ session: StratumSession, _ id: RequestID) {
        guard let lease = session.lease else { return }
        named[session.name] = session
        office.memory.began(session.name, at: place)
        answer(session) {
            StratumWriter.appendSubscribed(id, session: session.name, extranonce1: lease.extranonce1, to: &$0)
        }
        sendJob(to: session, isClean: true)
        if !session.hasProgram { answer(session) { StratumWriter.appendGetVersion(to: &$0) } }
    }

    // MARK: - Authorizing

    func authorize(_ call: AuthorizeRequest, _ id: RequestID, _ session: StratumSession) {
        if session.workers.contains(where: { $0.name.elementsEqual(call.name.utf8) }) { return answerTrue(id, session) }
        do throws(StratumError) {
            let credentials = try WorkerCredentials(call.name, on: office.network)
            guard office.access.allows(credentials.address.text) else { throw .accountDenied }
            guard session.workers.count < StratumSession.workerCountMax else { throw .tooManyWorkers }
            session.workers.append(
                StratumWorker(
                    name: call.name,
                    address: credentials.address.text,
                    worker: credentials.worker.description
                )
            )
        } catch {
            office.metrics.unauthorized.increment()
            return answer(session) { StratumWriter.append(error, id, to: &$0) }
        }
        answerTrue(id, session)
        take(PasswordOptions(call.password, within: office.vardiff.bounds), session)
    }

    /// Difficulties that the password asks for, within the pool's bounds.
    ///
    /// The first password of a connection holds even where it asks for nothing: a resumed session may have had another.
    private func take(_ options: PasswordOptions, _ session: StratumSession) {
        guard options != session.options, options != .none || session.workers.count == 1 else { return }
        session.options = options
        session.vardiff = Vardiff(office.vardiff, options: options, floor: session.floor, nowMs: nowMs)
        change(session, to: session.vardiff.difficulty, isUrgent: true)
    }

    // MARK: - Extensions and wishes

    func configure(_ call: ConfigureRequest, _ id: RequestID, _ session: StratumSession) {
        let rolling = VersionRolling(granting: call)
        if let rolling { session.rolling = rolling }
        if call.asksForSetExtranonce { session.wantsSetExtranonce = true }
        answer(session) { StratumWriter.appendConfigured(id, call, rolling: rolling, to: &$0) }
        if let floor = call.minimumDifficulty { raise(to: floor, session) }
    }

    /// Never easier than this from now on, on this connection.
    private func raise(to floor: Difficulty, _ session: StratumSession) {
        session.floor = max(session.floor ?? floor, floor)
        session.vardiff.raiseFloor(to: floor, office.vardiff)
        // A difficulty that is wished for already stays, if it is hard enough.
        let due = session.nextDifficulty ?? session.vardiff.difficulty
        if session.vardiff.bounded(due, office.vardiff) != due { wish(due, session) }
    }

    func suggest(_ difficulty: Difficulty, _ id: RequestID, _ session: StratumSession) {
        answerTrue(id, session)
        // Once it has found shares, these say more of a miner than it does.
        if session.vardiff.isFresh { wish(difficulty, session) }
    }

    private func wish(_ difficulty: Difficulty, _ session: StratumSession) {
        change(session, to: session.vardiff.bounded(difficulty, office.vardiff), isUrgent: true)
    }

    func suggest(_ target: Target, _ id: RequestID, _ session: StratumSession) {
        suggest(Difficulty(of: target, differenceOne: office.network.differenceOne), id, session)
    }
}
