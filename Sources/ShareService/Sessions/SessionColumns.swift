internal import Messages
internal import MiningDomain

/// A request of the contract whose columns fit together.
struct SessionColumns {
    /// As `shares.proto` says, for shares and for each of the lists that they point into.
    static let countMax = 10_000

    let request: JudgeSessionSharesRequest
    let targets: [Target]

    var count: Int { request.submissionIDs.count }

    /// - Throws: `.invalidArgument` for columns that do not fit together.
    init(_ request: JudgeSessionSharesRequest) throws(RPCError) {
        let count = request.submissionIDs.count
        for length in [count, request.leases.count, request.clients.count, request.targets.count]
        where length > Self.countMax {
            throw .invalidArgument("\(length) entries in a column, where at most \(Self.countMax) are allowed")
        }
        let lengths = [
            request.leasePlaces.count, request.clientPlaces.count, request.targetPlaces.count, request.jobIDs.count,
            request.extranonce2s.count, request.times.count, request.nonces.count, request.versions.count,
            request.presumed.count,
        ]
        guard lengths.allSatisfy({ $0 == count }) else { throw .invalidArgument("columns of different lengths") }
        try Self.check(request.leasePlaces, within: request.leases.count, "lease_places")
        try Self.check(request.clientPlaces, within: request.clients.count + 1, "client_places")
        try Self.check(request.targetPlaces, within: request.targets.count, "target_places")
        for number in request.presumed where number != 0 {
            guard let status = ShareStatus(rawValue: number), status != .accepted else {
                throw .invalidArgument("presumed is \(number), which is no reason to refuse a share")
            }
        }
        self.request = request
        targets = request.targets.compactMap { Target(bigEndian: $0) }
        guard targets.count == request.targets.count else { throw .invalidArgument("a target is not 32 bytes") }
    }

    private static func check(_ places: [UInt32], within count: Int, _ column: String) throws(RPCError) {
        guard places.allSatisfy({ $0 < count }) else { throw .invalidArgument("a place in \(column) is out of range") }
    }

    /// Most often one.
    var distinctJobs: Set<UInt64> {
        var jobs: Set<UInt64> = []
        var last: UInt64?
        for job in request.jobIDs where job != last {
            jobs.insert(job)
            last = job
        }
        return jobs
    }

    /// Who is credited for the share; `nil` when nobody is authorized.
    func client(_ share: Int) -> Client? {
        let place = Int(request.clientPlaces[share])
        return place == 0 ? nil : request.clients[place - 1]
    }

    /// What the gateway has found, or what it should have.
    func presumed(_ share: Int) -> ShareStatus? {
        if request.presumed[share] != 0 { return ShareStatus(rawValue: request.presumed[share]) }
        return request.clientPlaces[share] == 0 ? .unauthorized : nil
    }
}
