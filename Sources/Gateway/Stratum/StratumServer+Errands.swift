import EventLoop
import Messages
import ServiceRuntime
import StratumProtocol

/// What loops ask of other services, and of each other.
extension StratumServer {
    /// Something that one loop wants to know.
    struct Question {
        let loop: Int
        let errand: StratumErrand
    }

    /// Has each question answered, one after the other, until its task is cancelled.
    func run(_ questions: AsyncStream<Question>) async {
        for await question in questions {
            let loop = server.loops[question.loop]
            switch question.errand {
            case .renew(let signed):
                let leases = await renewed(signed)
                loop.post { $0.renewed(leases, asked: signed) }
            case .transactions(let job, let id, let number):
                let line = await transactionsLine(of: job, id)
                loop.post { $0.gave(line, number: number) }
            case .release(let session, let place, let number):
                let isAsked = server.loops[place].post { desk in
                    desk.release(session)
                    loop.post { $0.released(session, number: number) }
                }
                if !isAsked { loop.post { $0.released(session, number: number) } }
            }
        }
    }

    private func renewed(_ signed: [[UInt8]]) async -> [SessionLeases.Lease]? {
        do throws(RPCError) {
            return try await office.leases.renew(signed)
        } catch {
            office.surroundings.log.warning("leases of sessions not renewed", ["reason": error])
            return nil
        }
    }

    /// Written here and not on the loop: it may be a whole block.
    private func transactionsLine(of job: UInt64, _ id: RequestID) async -> Result<[UInt8], StratumError> {
        do throws(RPCError) {
            let transactions = try await jobs.getTransactions(GetTransactionsRequest(jobID: job)).transactions
            guard transactions.reduce(0, { $0 + $1.count }) <= StratumDesk.transactionByteCountMax else {
                return .failure(.tooManyTransactions)
            }
            var line: [UInt8] = []
            StratumWriter.append(transactions: transactions, id, to: &line)
            return .success(line)
        } catch {
            switch error.code {
            case .resourceExhausted: return .failure(.tooManyTransactions)
            case .notFound: return .failure(.jobUnknown)
            case _: return .failure(.transactionsUnavailable)
            }
        }
    }
}
