import BlockFormat
import EventLoop
import MiningDomain
import StratumProtocol

extension StratumDesk {
    /// Bytes of the transactions of one answer, before they are written in hex: all that a block may have.
    static let transactionByteCountMax = 4 << 20
    /// Bytes of an answer that is like any other; of larger ones only `LoopSettings.largeOutputCountMax` may wait.
    static let smallAnswerByteCountMax = 32 << 10
    /// How often one connection may ask, in milliseconds.
    static let transactionAskMs: UInt64 = 10_000
    /// Questions of one loop that wait.
    static let transactionAskerCountMax = 64

    /// What is in a job's block, as the node gave it.
    func giveTransactions(of name: WireJobID?, _ id: RequestID, _ session: StratumSession) {
        func refuse(_ error: StratumError) { answer(session) { StratumWriter.append(error, id, to: &$0) } }
        guard !session.workers.isEmpty else { return refuse(.unauthorized) }
        guard let name, jobs[name.jobID] != nil else { return refuse(.jobUnknown) }
        guard transactionAskers.count < Self.transactionAskerCountMax,
            nowMs >= session.askedTransactionsAtMs + Self.transactionAskMs || session.askedTransactionsAtMs == 0
        else { return refuse(.rateLimited) }
        lastQuestion += 1
        guard send(.transactions(job: name.jobID.value, id: id, number: lastQuestion)) else {
            return refuse(.transactionsUnavailable)
        }
        session.askedTransactionsAtMs = nowMs
        transactionAskers[lastQuestion] = (session, id)
    }

    /// The answer has been written, or the job service has none.
    func gave(_ outcome: Result<[UInt8], StratumError>, number: UInt64) {
        guard let (session, id) = transactionAskers.removeValue(forKey: number) else { return }
        switch outcome {
        case .success(let line) where line.count <= Self.smallAnswerByteCountMax: session.link.send(line)
        case .success(let line):
            if session.link.sendLarge(line) { return }
            answer(session) { StratumWriter.append(.rateLimited, id, to: &$0) }
        case .failure(let error): answer(session) { StratumWriter.append(error, id, to: &$0) }
        }
    }
}
