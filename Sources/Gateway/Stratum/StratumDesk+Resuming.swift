import EventLoop
import StratumProtocol

extension StratumDesk {
    /// Who names a session goes on with it.
    ///
    /// Where its connection seems to be open still, the miner has lost it: only whoever had the session knows its name.
    ///
    /// - Returns: Whether the subscription is answered, or will be.
    func resume(_ name: String, _ id: RequestID, _ session: StratumSession) -> Bool {
        if let loop = office.memory.loop(of: name) {
            if loop != place { return ask(loop, for: name, id, session) }
            release(name)
        }
        guard let kept = office.memory.take(name) else { return false }
        goOn(with: kept, called: name, session)
        subscribed(session, id)
        return true
    }

    private func ask(_ loop: Int, for name: String, _ id: RequestID, _ session: StratumSession) -> Bool {
        lastQuestion += 1
        guard send(.release(session: name, loop: loop, number: lastQuestion)) else { return false }
        resumers[lastQuestion] = (session, id)
        session.waitingSubscription = id
        return true
    }

    /// Somebody comes back under the name: its connection here is over.
    func release(_ name: String) {
        guard let session = named[name] else { return }
        keep(session)
        session.link.close()
    }

    /// The other loop has done so, or the session was none any more.
    func released(_ name: String, number: UInt64) {
        guard let (session, id) = resumers.removeValue(forKey: number), session.link.isOpen else { return }
        readClock()
        session.waitingSubscription = nil
        if let kept = office.memory.take(name) {
            goOn(with: kept, called: name, session)
            subscribed(session, id)
        } else {
            begin(session, id)
        }
    }

    /// Remembers what a session was whose connection ends.
    func keep(_ session: StratumSession) {
        guard let lease = session.lease else { return }
        forget(session)
        guard let sent = session.sent else {
            // Without work there is nothing to come back for, and the search space is as good as new.
            if !session.hasShares { office.leases.giveBack(lease) }
            return
        }
        let kept = SessionMemory.Kept(
            lease: lease,
            earlier: session.earlier,
            epochs: session.epochs,
            vardiff: session.vardiff,
            options: session.options,
            rolling: session.rolling,
            sent: sent,
            hasShares: session.hasShares
        )
        for lease in office.memory.keep(kept, called: session.name) { office.leases.giveBack(lease) }
    }

    /// A session's connection ends, and nobody finds it by its name any more.
    func forget(_ session: StratumSession) {
        named[session.name] = nil
        office.memory.ended(session.name)
        session.lease = nil
    }

    /// What the session was, with what this connection has asked for already.
    private func goOn(with kept: SessionMemory.Kept, called name: String, _ session: StratumSession) {
        session.name = name
        session.lease = kept.lease
        session.earlier = kept.earlier
        session.epochs = kept.epochs
        session.rolling = session.rolling.mask == 0 ? kept.rolling : session.rolling
        session.sent = kept.sent
        session.hasShares = kept.hasShares
        // Another password begins anew.
        guard session.workers.isEmpty || session.options == kept.options else { return }
        session.options = kept.options
        session.vardiff = kept.vardiff
        // The time away is no silence.
        session.vardiff.begin(nowMs: nowMs)
        if let floor = session.floor { session.vardiff.raiseFloor(to: floor, office.vardiff) }
        let suggested = session.vardiff.isFresh ? session.nextDifficulty : nil
        session.nextDifficulty = session.vardiff.bounded(suggested ?? session.vardiff.difficulty, office.vardiff)
    }
}
