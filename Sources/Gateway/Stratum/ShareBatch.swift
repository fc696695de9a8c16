import Messages
import MiningDomain
import StratumProtocol

/// The shares of one turn of a loop, as columns for the share service.
struct ShareBatch {
    /// As the contract bounds one call.
    static let shareCountMax = 10_000

    /// Who waits for the verdict on one share.
    struct Asker {
        let session: StratumSession
        let id: RequestID
        /// What the share counts, on `Difficulty`'s scale.
        let difficulty: Difficulty
    }

    /// Tells one batch of a loop from the next, from 1.
    let number: UInt64
    /// When its first share came.
    private(set) var begunAt = ContinuousClock.now
    /// The same in milliseconds, as the loop has it.
    private(set) var begunAtMs: UInt64 = 0
    /// None any more once they were told that it takes too long.
    private(set) var askers: [Asker] = []
    private(set) var request = JudgeSessionSharesRequest()
    private var targetPlaces: [Difficulty: UInt32] = [:]

    init(number: UInt64) {
        self.number = number
    }

    var count: Int { request.submissionIDs.count }
    var isFull: Bool { count >= Self.shareCountMax }

    mutating func add(_ share: StratumShare, from session: StratumSession, id: RequestID, nowMs: UInt64) {
        if count == 0 { (begunAt, begunAtMs) = (.now, nowMs) }
        askers.append(Asker(session: session, id: id, difficulty: share.difficulty))
        request.submissionIDs.append(share.submissionID)
        request.leasePlaces.append(place(of: share.lease, session))
        request.clientPlaces.append(share.worker.map { place(of: $0) + 1 } ?? 0)
        request.targetPlaces.append(place(of: share.difficulty, share.target))
        request.jobIDs.append(share.jobID)
        request.extranonce2s.append(share.extranonce2)
        request.times.append(share.time)
        request.nonces.append(share.nonce)
        request.versions.append(share.version)
        request.presumed.append(share.presumed.rawValue)
    }

    /// Nobody waits for the verdicts any more; they are found all the same.
    mutating func giveUp() -> [Asker] {
        defer { askers = [] }
        return askers
    }

    private mutating func place(of lease: SessionLeases.Lease, _ session: StratumSession) -> UInt32 {
        if session.place.batch == number, session.place.extranonce1 == lease.extranonce1 { return session.place.index }
        let index = UInt32(request.leases.count)
        request.leases.append(lease.signed)
        session.place = (number, lease.extranonce1, index)
        return index
    }

    private mutating func place(of worker: StratumWorker) -> UInt32 {
        if worker.place.batch == number { return worker.place.index }
        let index = UInt32(request.clients.count)
        request.clients.append(worker.client)
        worker.place = (number, index)
        return index
    }

    private mutating func place(of difficulty: Difficulty, _ target: Target) -> UInt32 {
        if let place = targetPlaces[difficulty] { return place }
        let index = UInt32(request.targets.count)
        request.targets.append(target.bigEndianBytes)
        targetPlaces[difficulty] = index
        return index
    }
}
