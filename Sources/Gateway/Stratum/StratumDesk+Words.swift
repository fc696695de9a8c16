import EventLoop
import ServiceRuntime
import StratumProtocol

/// What is said to a miner, beside its work.
extension StratumDesk {
    func answer(_ session: StratumSession, _ write: (inout [UInt8]) -> Void) {
        var line: [UInt8] = []
        swap(&line, &scratch)
        line.removeAll(keepingCapacity: true)
        write(&line)
        session.link.send(line.span)
        swap(&line, &scratch)
    }

    func answerTrue(_ id: RequestID, _ session: StratumSession) {
        answer(session) { StratumWriter.appendTrue(id, to: &$0) }
    }

    /// A text for whoever watches the miner; before the answer to subscribe there is nobody whom the pool would tell anything.
    func show(_ text: String, to session: StratumSession) {
        guard session.isSubscribed else { return }
        answer(session) { StratumWriter.appendShowMessage(text, to: &$0) }
    }

    /// Says why, and closes the connection.
    func farewell(_ session: StratumSession, _ error: StratumError) {
        farewell(session, error.text)
    }

    func farewell(_ session: StratumSession, _ text: String) {
        show(text, to: session)
        session.link.close()
    }

    /// Asks the miner to connect again; without work it has nothing to lose, and is closed.
    func askToReconnect(_ session: StratumSession) {
        guard session.isSubscribed else { return session.link.close() }
        answer(session) { StratumWriter.appendReconnect(to: &$0) }
    }

    /// A line that is no request: some are answered, many end the connection.
    func refuseLine(_ error: StratumError, _ id: RequestID, _ session: StratumSession) {
        answer(session) { StratumWriter.append(error, id, to: &$0) }
        office.metrics.malformed.increment()
        session.malformedLineCount += 1
        if session.malformedLineCount >= StratumSession.malformedLineCountMax { session.link.close() }
    }
}
