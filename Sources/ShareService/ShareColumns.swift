internal import Hashing
internal import Messages

/// Accepted shares on their way to the ledger, as columns: entry i of each belongs to share i.
struct ShareColumns: Hashable, Sendable {
    /// Whom the shares are credited to; one client may stand there twice.
    private(set) var clients: [Client] = []
    /// SHA-256 twice of each header.
    private(set) var proofHashes: [Hash256] = []
    private(set) var jobIDs: [UInt64] = []
    private(set) var submissionIDs: [UInt64] = []
    private(set) var works: [UInt64] = []
    /// Unix time.
    private(set) var judgedAtMs: [UInt64] = []
    /// The time in the header, in seconds since 1970; 0 where an older release left none.
    private(set) var headerTimes: [UInt32] = []
    /// Index into `clients`.
    private(set) var clientPlaces: [UInt32] = []

    var count: Int { proofHashes.count }
    var isEmpty: Bool { proofHashes.isEmpty }

    init(clients: [Client] = []) {
        self.clients = clients
    }

    mutating func reserveCapacity(_ count: Int) {
        proofHashes.reserveCapacity(count)
        jobIDs.reserveCapacity(count)
        submissionIDs.reserveCapacity(count)
        works.reserveCapacity(count)
        judgedAtMs.reserveCapacity(count)
        headerTimes.reserveCapacity(count)
        clientPlaces.reserveCapacity(count)
    }

    /// - Returns: The client's place.
    mutating func append(client: Client) -> UInt32 {
        clients.append(client)
        return UInt32(clients.count - 1)
    }

    mutating func append(
        proofHash: Hash256,
        jobID: UInt64,
        submissionID: UInt64,
        work: UInt64,
        judgedAtMs: UInt64,
        headerTime: UInt32,
        clientPlace: UInt32
    ) {
        proofHashes.append(proofHash)
        jobIDs.append(jobID)
        submissionIDs.append(submissionID)
        works.append(work)
        self.judgedAtMs.append(judgedAtMs)
        headerTimes.append(headerTime)
        clientPlaces.append(clientPlace)
    }

    mutating func append(contentsOf more: ShareColumns) {
        let shift = UInt32(clients.count)
        clients += more.clients
        proofHashes += more.proofHashes
        jobIDs += more.jobIDs
        submissionIDs += more.submissionIDs
        works += more.works
        judgedAtMs += more.judgedAtMs
        headerTimes += more.headerTimes
        clientPlaces += shift == 0 ? more.clientPlaces : more.clientPlaces.map { $0 + shift }
    }

    /// All shares but those at `places`, which are in rising order.
    func without(_ places: [Int]) -> ShareColumns {
        let left = Set(places)
        return picked((0..<count).filter { !left.contains($0) })
    }

    /// Some of the shares, with the clients that they need.
    func picked(_ shares: some Collection<Int>) -> ShareColumns {
        var part = ShareColumns()
        part.reserveCapacity(shares.count)
        var places: [UInt32: UInt32] = [:]
        for share in shares {
            let place = clientPlaces[share]
            let newPlace = places[place] ?? part.append(client: clients[Int(place)])
            places[place] = newPlace
            part.append(
                proofHash: proofHashes[share],
                jobID: jobIDs[share],
                submissionID: submissionIDs[share],
                work: works[share],
                judgedAtMs: judgedAtMs[share],
                headerTime: headerTimes[share],
                clientPlace: newPlace
            )
        }
        return part
    }
}

extension ShareColumns {
    func request(refused: [RefusedShares] = []) -> RecordSharesRequest {
        RecordSharesRequest(
            refused: refused,
            clients: clients,
            proofHashes: Hash256.packed(proofHashes),
            jobIDs: jobIDs,
            submissionIDs: submissionIDs,
            works: works,
            judgedAtMs: judgedAtMs,
            clientPlaces: clientPlaces,
            headerTimes: headerTimes
        )
    }

    /// - Returns: `nil` for columns that do not fit together.
    init?(_ request: RecordSharesRequest) {
        guard let hashes = Hash256.unpacked(request.proofHashes) else { return nil }
        let lengths = [
            request.jobIDs.count, request.submissionIDs.count, request.works.count, request.judgedAtMs.count,
            request.clientPlaces.count,
        ]
        let times = request.headerTimes.isEmpty ? Array(repeating: 0, count: hashes.count) : request.headerTimes
        guard lengths.allSatisfy({ $0 == hashes.count }), times.count == hashes.count,
            request.clientPlaces.allSatisfy({ $0 < request.clients.count })
        else { return nil }
        clients = request.clients
        proofHashes = hashes
        jobIDs = request.jobIDs
        submissionIDs = request.submissionIDs
        works = request.works
        judgedAtMs = request.judgedAtMs
        headerTimes = times
        clientPlaces = request.clientPlaces
    }
}
