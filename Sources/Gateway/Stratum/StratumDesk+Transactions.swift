import BlockFormat
import Messages
import MiningDomain
import StratumProtocol

extension StratumDesk {
    /// Bytes of the transactions of one answer, before they are written in hex: it must fit what a connection may have waiting.
    static let transactionByteCountMax = 24 << 10
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
        guard send(.transactions(job: name.jobID.value, number: lastQuestion)) else { return refuse(.unavailable) }
        session.askedTransactionsAtMs = nowMs
        transactionAskers[lastQuestion] = (session, id)
    }

    /// The job service has answered.
    func gave(_ outcome: Result<[[UInt8]], RPCError>, number: UInt64) {
        guard let asker = transactionAskers.removeValue(forKey: number) else { return }
        answer(asker.session) { line in
            switch outcome {
            case .success(let transactions):
                if transactions.reduce(0, { $0 + $1.count + 2 }) <= Self.transactionByteCountMax {
                    StratumWriter.append(transactions: transactions, asker.id, to: &line)
                } else {
                    StratumWriter.append(.tooManyTransactions, asker.id, to: &line)
                }
            case .failure(let error):
                let isMany = error.code == .resourceExhausted
                StratumWriter.append(
                    isMany ? .tooManyTransactions : error.code == .notFound ? .jobUnknown : .unavailable,
                    asker.id,
                    to: &line
                )
            }
        }
    }
}
