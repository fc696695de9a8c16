import BlockFormat
import EventLoop
import Hashing
import MiningDomain
import StratumProtocol

/// The least a pool can do: reads each line, checks each share in full and refuses repeats, and answers at once.
///
/// No other service, no ledger, and nothing is durable: what a share costs beyond this is the pool's own.
final class FloorDesk: LoopHandler {
    final class Session {
        let extranonce1: UInt32

        init(_ extranonce1: UInt32) {
            self.extranonce1 = extranonce1
        }
    }

    /// As the measured pool's.
    private static let difficulty = Difficulty(scaled: 1) ?? .one
    /// As a job of 2,500 transactions has them.
    private static let branch = (0..<12).map { Hash256.sha256(of: [$0]) }
    private static let (coinbase1, coinbase2) = ([UInt8](repeating: 2, count: 70), [UInt8](repeating: 3, count: 120))
    private static let (version, bits, time): (UInt32, UInt32, UInt32) = (0x2000_0000, 0x1703_4219, 1_790_000_000)
    private static let name = WireJobID(jobID: jobID, sendingNumber: 0)
    private static let jobID: JobID = {
        guard let id = JobID(1) else { preconditionFailure("one is a job's number") }
        return id
    }()

    private let target = Target(difficulty: difficulty, differenceOne: BenchChain.network.differenceOne)
    private let recipe = HeaderRecipe(
        version: version,
        previousHash: .sha256(of: [1]),
        bits: bits,
        coinbase1: coinbase1,
        coinbase2: coinbase2,
        merkleBranch: branch
    )
    private let notice = JobNotice(
        previousHash: .sha256(of: [1]),
        coinbase1: coinbase1,
        coinbase2: coinbase2,
        merkleBranch: branch,
        version: version,
        bits: bits
    )
    private var known: Set<Hash256> = []
    private var lastExtranonce1: UInt32 = 0
    private var room: [UInt8] = []

    func open(_: Link<Session>) -> Session? {
        lastExtranonce1 += 1
        return Session(lastExtranonce1)
    }

    func receive(_ line: Span<UInt8>, from link: Link<Session>) {
        guard let session = link.session else { return }
        let request = StratumRequest(parsing: line)
        var answer: [UInt8] = []
        swap(&answer, &room)
        answer.removeAll(keepingCapacity: true)
        switch request.call {
        case .submit(let share):
            if isGood(share, session.extranonce1) {
                StratumWriter.appendTrue(request.id, to: &answer)
            } else {
                StratumWriter.append(.lowDifficulty, request.id, to: &answer)
            }
        case .subscribe:
            StratumWriter.appendSubscribed(request.id, session: "floor", extranonce1: session.extranonce1, to: &answer)
            StratumWriter.append(Self.difficulty, to: &answer)
            notice.append(Self.name, time: Self.time, isClean: true, to: &answer)
        case _: StratumWriter.appendTrue(request.id, to: &answer)
        }
        link.send(answer.span)
        swap(&answer, &room)
    }

    func closed(_: Link<Session>, because _: LinkClosure) {}

    private func isGood(_ share: SubmitRequest, _ extranonce1: UInt32) -> Bool {
        let header = recipe.header(
            version: Self.version,
            merkleRoot: recipe.merkleRoot(extranonce1: extranonce1, extranonce2: share.extranonce2),
            time: share.time,
            nonce: share.nonce
        )
        let hash = Hash256.sha256d(of: header)
        return target.isMet(by: hash) && known.insert(hash).inserted
    }
}
