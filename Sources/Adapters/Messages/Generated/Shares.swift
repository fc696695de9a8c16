// Written by script/proto from lode/v1/shares.proto: change that file, not this one.

internal import CMessages
internal import CProtobufC

/// Judges proofs of work.
///
/// Any replica can judge any proof.
package protocol SharesHandler: Sendable {
    /// Answers when every accepted share is durable.
    ///
    /// UNAVAILABLE when that cannot be had; nothing was accepted then.
    func judgeShares(_ request: JudgeSharesRequest) async throws(RPCError) -> JudgeSharesReply
    /// The same for shares of stratum sessions, which come many at a time.
    ///
    /// INVALID_ARGUMENT, and nothing judged, when the columns do not fit together.
    func judgeSessionShares(_ request: JudgeSessionSharesRequest) async throws(RPCError) -> JudgeSessionSharesReply
}

/// Calls `lode.v1.Shares` over a channel.
package struct SharesClient: SharesHandler {
    private let channel: any RPCChannel
    private let timeout: Duration

    /// Each call waits at most `timeout` for its answer.
    package init(_ channel: any RPCChannel, timeout: Duration) {
        self.channel = channel
        self.timeout = timeout
    }

    /// Answers when every accepted share is durable.
    ///
    /// UNAVAILABLE when that cannot be had; nothing was accepted then.
    package func judgeShares(_ request: JudgeSharesRequest) async throws(RPCError) -> JudgeSharesReply {
        try await channel.call("lode.v1.Shares/JudgeShares", request, timeout: timeout)
    }

    /// The same for shares of stratum sessions, which come many at a time.
    ///
    /// INVALID_ARGUMENT, and nothing judged, when the columns do not fit together.
    package func judgeSessionShares(_ request: JudgeSessionSharesRequest) async throws(RPCError)
        -> JudgeSessionSharesReply
    {
        try await channel.call("lode.v1.Shares/JudgeSessionShares", request, timeout: timeout)
    }
}

/// Brings each call of `lode.v1.Shares` to its handler.
package struct SharesDispatcher<Handler: SharesHandler>: RPCDispatcher {
    private let handler: Handler

    package init(_ handler: Handler) {
        self.handler = handler
    }

    package var methods: [String] {
        [
            "lode.v1.Shares/JudgeShares",
            "lode.v1.Shares/JudgeSessionShares",
        ]
    }

    package func dispatch(_ method: String, _ payload: [UInt8]) async throws(RPCError) -> [UInt8] {
        switch method {
        case "lode.v1.Shares/JudgeShares": try await handler.judgeShares(JudgeSharesRequest(payload: payload)).encoded()
        case "lode.v1.Shares/JudgeSessionShares":
            try await handler.judgeSessionShares(JudgeSessionSharesRequest(payload: payload)).encoded()
        case _: throw .unknownMethod(method)
        }
    }
}

package struct JudgeSharesRequest: WireMessage, Hashable {
    /// At most 1,000; at most 10,000 proofs in all.
    package var submissions: [Submission]

    package init(
        submissions: [Submission] = []
    ) {
        self.submissions = submissions
    }

    /// Reads the bytes of a `lode.v1.JudgeSharesRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "JudgeSharesRequest", lode__v1__judge_shares_request__unpack) {
            raw throws(WireError) in try unsafe JudgeSharesRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension JudgeSharesRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__JudgeSharesRequest>) throws(WireError) {
        self.init()
        submissions = try unsafe RawField.items(raw.pointee.submissions, count: raw.pointee.n_submissions).map {
            item throws(WireError) in
            try unsafe Submission(raw: RawField.pointer(item, "JudgeSharesRequest.submissions"))
        }
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__JudgeSharesRequest {
        var raw = unsafe Lode__V1__JudgeSharesRequest()
        unsafe lode__v1__judge_shares_request__init(&raw)
        unsafe raw.submissions = arena.list(
            submissions.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) }
        )
        unsafe raw.n_submissions = submissions.count
        return unsafe raw
    }
}

/// Proofs that one client sent in one message.
package struct Submission: WireMessage, Hashable {
    /// Random; a repeat of the same submission gets the same verdicts.
    package var submissionID: UInt64
    package var client: Client?
    package var signedLease: [UInt8]
    /// At most 1,000.
    package var proofs: [Proof]

    package init(
        submissionID: UInt64 = 0,
        client: Client? = nil,
        signedLease: [UInt8] = [],
        proofs: [Proof] = []
    ) {
        self.submissionID = submissionID
        self.client = client
        self.signedLease = signedLease
        self.proofs = proofs
    }

    /// Reads the bytes of a `lode.v1.Submission`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Submission", lode__v1__submission__unpack) {
            raw throws(WireError) in try unsafe Submission(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Submission {
    @unsafe init(raw: UnsafePointer<Lode__V1__Submission>) throws(WireError) {
        self.init()
        submissionID = unsafe raw.pointee.submission_id
        if let item = unsafe raw.pointee.client { client = try unsafe Client(raw: item) }
        signedLease = unsafe RawField.bytes(raw.pointee.signed_lease)
        proofs = try unsafe RawField.items(raw.pointee.proofs, count: raw.pointee.n_proofs).map {
            item throws(WireError) in try unsafe Proof(raw: RawField.pointer(item, "Submission.proofs"))
        }
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Submission {
        var raw = unsafe Lode__V1__Submission()
        unsafe lode__v1__submission__init(&raw)
        unsafe raw.submission_id = submissionID
        if let client { unsafe raw.client = arena.place(client.raw(in: arena)) }
        unsafe raw.signed_lease = arena.bytes(signedLease)
        unsafe raw.proofs = arena.list(
            proofs.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) }
        )
        unsafe raw.n_proofs = proofs.count
        return unsafe raw
    }
}

package struct Proof: WireMessage, Hashable {
    package var extranonce2: UInt32
    package var nonce: UInt32
    /// 32 bytes internal order, or empty.
    package var claimedHash: [UInt8]

    package init(
        extranonce2: UInt32 = 0,
        nonce: UInt32 = 0,
        claimedHash: [UInt8] = []
    ) {
        self.extranonce2 = extranonce2
        self.nonce = nonce
        self.claimedHash = claimedHash
    }

    /// Reads the bytes of a `lode.v1.Proof`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Proof", lode__v1__proof__unpack) {
            raw throws(WireError) in try unsafe Proof(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Proof {
    @unsafe init(raw: UnsafePointer<Lode__V1__Proof>) throws(WireError) {
        self.init()
        extranonce2 = unsafe raw.pointee.extranonce2
        nonce = unsafe raw.pointee.nonce
        claimedHash = unsafe RawField.bytes(raw.pointee.claimed_hash)
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Proof {
        var raw = unsafe Lode__V1__Proof()
        unsafe lode__v1__proof__init(&raw)
        unsafe raw.extranonce2 = extranonce2
        unsafe raw.nonce = nonce
        unsafe raw.claimed_hash = arena.bytes(claimedHash)
        return unsafe raw
    }
}

package struct JudgeSharesReply: WireMessage, Hashable {
    /// One for each submission, in order.
    package var verdicts: [SubmissionVerdict]

    package init(
        verdicts: [SubmissionVerdict] = []
    ) {
        self.verdicts = verdicts
    }

    /// Reads the bytes of a `lode.v1.JudgeSharesReply`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "JudgeSharesReply", lode__v1__judge_shares_reply__unpack) {
            raw throws(WireError) in try unsafe JudgeSharesReply(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension JudgeSharesReply {
    @unsafe init(raw: UnsafePointer<Lode__V1__JudgeSharesReply>) throws(WireError) {
        self.init()
        verdicts = try unsafe RawField.items(raw.pointee.verdicts, count: raw.pointee.n_verdicts).map {
            item throws(WireError) in
            try unsafe SubmissionVerdict(raw: RawField.pointer(item, "JudgeSharesReply.verdicts"))
        }
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__JudgeSharesReply {
        var raw = unsafe Lode__V1__JudgeSharesReply()
        unsafe lode__v1__judge_shares_reply__init(&raw)
        unsafe raw.verdicts = arena.list(
            verdicts.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) }
        )
        unsafe raw.n_verdicts = verdicts.count
        return unsafe raw
    }
}

package struct SubmissionVerdict: WireMessage, Hashable {
    /// False: the lease was not signed by this pool, and no proof was judged.
    package var leaseValid: Bool
    /// One for each proof, in order.
    package var verdicts: [Verdict]

    package init(
        leaseValid: Bool = false,
        verdicts: [Verdict] = []
    ) {
        self.leaseValid = leaseValid
        self.verdicts = verdicts
    }

    /// Reads the bytes of a `lode.v1.SubmissionVerdict`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "SubmissionVerdict", lode__v1__submission_verdict__unpack) {
            raw throws(WireError) in try unsafe SubmissionVerdict(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension SubmissionVerdict {
    @unsafe init(raw: UnsafePointer<Lode__V1__SubmissionVerdict>) throws(WireError) {
        self.init()
        leaseValid = unsafe raw.pointee.lease_valid != 0
        verdicts = try unsafe RawField.items(raw.pointee.verdicts, count: raw.pointee.n_verdicts).map {
            item throws(WireError) in try unsafe Verdict(raw: RawField.pointer(item, "SubmissionVerdict.verdicts"))
        }
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__SubmissionVerdict {
        var raw = unsafe Lode__V1__SubmissionVerdict()
        unsafe lode__v1__submission_verdict__init(&raw)
        unsafe raw.lease_valid = leaseValid ? 1 : 0
        unsafe raw.verdicts = arena.list(
            verdicts.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) }
        )
        unsafe raw.n_verdicts = verdicts.count
        return unsafe raw
    }
}

package struct Verdict: WireMessage, Hashable {
    package var status: ShareStatus
    /// It solved a block, which was submitted.
    package var block: Bool

    package init(
        status: ShareStatus = .unspecified,
        block: Bool = false
    ) {
        self.status = status
        self.block = block
    }

    /// Reads the bytes of a `lode.v1.Verdict`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Verdict", lode__v1__verdict__unpack) {
            raw throws(WireError) in try unsafe Verdict(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Verdict {
    @unsafe init(raw: UnsafePointer<Lode__V1__Verdict>) throws(WireError) {
        self.init()
        status = unsafe ShareStatus(number: raw.pointee.status.rawValue)
        block = unsafe raw.pointee.block != 0
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Verdict {
        var raw = unsafe Lode__V1__Verdict()
        unsafe lode__v1__verdict__init(&raw)
        unsafe raw.status = Lode__V1__ShareStatus(rawValue: status.rawValue)
        unsafe raw.block = block ? 1 : 0
        return unsafe raw
    }
}

/// Shares of stratum sessions as columns: entry i of each column belongs to share i; at most 10,000 shares.
package struct JudgeSessionSharesRequest: WireMessage, Hashable {
    /// Signed SessionLeases, each once; at most 10,000.
    package var leases: [[UInt8]]
    /// Each once; at most 10,000.
    package var clients: [Client]
    /// 32 bytes, big-endian numbers: share targets as they went out with the jobs, each once; at most 10,000.
    package var targets: [[UInt8]]
    /// Random; a repeat of the same submission gets the same status.
    package var submissionIDs: [UInt64]
    /// Index into leases.
    package var leasePlaces: [UInt32]
    /// Index into clients, plus 1; 0: nobody is authorized (a block is still a block).
    package var clientPlaces: [UInt32]
    /// Index into targets.
    package var targetPlaces: [UInt32]
    package var jobIDs: [UInt64]
    /// Written big-endian into the coinbase.
    package var extranonce2s: [UInt32]
    /// The header's time.
    package var times: [UInt32]
    package var nonces: [UInt32]
    /// The header's whole version.
    package var versions: [UInt32]
    /// A ShareStatus that the gateway has found, which stands unless the lease is bad; 0: none.
    package var presumed: [UInt32]

    package init(
        leases: [[UInt8]] = [],
        clients: [Client] = [],
        targets: [[UInt8]] = [],
        submissionIDs: [UInt64] = [],
        leasePlaces: [UInt32] = [],
        clientPlaces: [UInt32] = [],
        targetPlaces: [UInt32] = [],
        jobIDs: [UInt64] = [],
        extranonce2s: [UInt32] = [],
        times: [UInt32] = [],
        nonces: [UInt32] = [],
        versions: [UInt32] = [],
        presumed: [UInt32] = []
    ) {
        self.leases = leases
        self.clients = clients
        self.targets = targets
        self.submissionIDs = submissionIDs
        self.leasePlaces = leasePlaces
        self.clientPlaces = clientPlaces
        self.targetPlaces = targetPlaces
        self.jobIDs = jobIDs
        self.extranonce2s = extranonce2s
        self.times = times
        self.nonces = nonces
        self.versions = versions
        self.presumed = presumed
    }

    /// Reads the bytes of a `lode.v1.JudgeSessionSharesRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(
            bytes,
            "JudgeSessionSharesRequest",
            lode__v1__judge_session_shares_request__unpack
        ) {
            raw throws(WireError) in try unsafe JudgeSessionSharesRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension JudgeSessionSharesRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__JudgeSessionSharesRequest>) throws(WireError) {
        self.init()
        leases = unsafe RawField.items(raw.pointee.leases, count: raw.pointee.n_leases).map { item in
            unsafe RawField.bytes(item)
        }
        clients = try unsafe RawField.items(raw.pointee.clients, count: raw.pointee.n_clients).map {
            item throws(WireError) in
            try unsafe Client(raw: RawField.pointer(item, "JudgeSessionSharesRequest.clients"))
        }
        targets = unsafe RawField.items(raw.pointee.targets, count: raw.pointee.n_targets).map { item in
            unsafe RawField.bytes(item)
        }
        submissionIDs = unsafe RawField.column(raw.pointee.submission_ids, count: raw.pointee.n_submission_ids)
        leasePlaces = unsafe RawField.column(raw.pointee.lease_places, count: raw.pointee.n_lease_places)
        clientPlaces = unsafe RawField.column(raw.pointee.client_places, count: raw.pointee.n_client_places)
        targetPlaces = unsafe RawField.column(raw.pointee.target_places, count: raw.pointee.n_target_places)
        jobIDs = unsafe RawField.column(raw.pointee.job_ids, count: raw.pointee.n_job_ids)
        extranonce2s = unsafe RawField.column(raw.pointee.extranonce2s, count: raw.pointee.n_extranonce2s)
        times = unsafe RawField.column(raw.pointee.times, count: raw.pointee.n_times)
        nonces = unsafe RawField.column(raw.pointee.nonces, count: raw.pointee.n_nonces)
        versions = unsafe RawField.column(raw.pointee.versions, count: raw.pointee.n_versions)
        presumed = unsafe RawField.column(raw.pointee.presumed, count: raw.pointee.n_presumed)
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__JudgeSessionSharesRequest {
        var raw = unsafe Lode__V1__JudgeSessionSharesRequest()
        unsafe lode__v1__judge_session_shares_request__init(&raw)
        unsafe raw.leases = arena.list(leases.map { unsafe arena.bytes($0) })
        unsafe raw.n_leases = leases.count
        unsafe raw.clients = arena.list(
            clients.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) }
        )
        unsafe raw.n_clients = clients.count
        unsafe raw.targets = arena.list(targets.map { unsafe arena.bytes($0) })
        unsafe raw.n_targets = targets.count
        unsafe raw.submission_ids = arena.list(submissionIDs)
        unsafe raw.n_submission_ids = submissionIDs.count
        unsafe raw.lease_places = arena.list(leasePlaces)
        unsafe raw.n_lease_places = leasePlaces.count
        unsafe raw.client_places = arena.list(clientPlaces)
        unsafe raw.n_client_places = clientPlaces.count
        unsafe raw.target_places = arena.list(targetPlaces)
        unsafe raw.n_target_places = targetPlaces.count
        unsafe raw.job_ids = arena.list(jobIDs)
        unsafe raw.n_job_ids = jobIDs.count
        unsafe raw.extranonce2s = arena.list(extranonce2s)
        unsafe raw.n_extranonce2s = extranonce2s.count
        unsafe raw.times = arena.list(times)
        unsafe raw.n_times = times.count
        unsafe raw.nonces = arena.list(nonces)
        unsafe raw.n_nonces = nonces.count
        unsafe raw.versions = arena.list(versions)
        unsafe raw.n_versions = versions.count
        unsafe raw.presumed = arena.list(presumed)
        unsafe raw.n_presumed = presumed.count
        return unsafe raw
    }
}

package struct JudgeSessionSharesReply: WireMessage, Hashable {
    /// ShareStatus of each share.
    package var statuses: [UInt32]
    /// Which shares solved a block, which was submitted.
    package var blockPlaces: [UInt32]

    package init(
        statuses: [UInt32] = [],
        blockPlaces: [UInt32] = []
    ) {
        self.statuses = statuses
        self.blockPlaces = blockPlaces
    }

    /// Reads the bytes of a `lode.v1.JudgeSessionSharesReply`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "JudgeSessionSharesReply", lode__v1__judge_session_shares_reply__unpack) {
            raw throws(WireError) in try unsafe JudgeSessionSharesReply(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension JudgeSessionSharesReply {
    @unsafe init(raw: UnsafePointer<Lode__V1__JudgeSessionSharesReply>) throws(WireError) {
        self.init()
        statuses = unsafe RawField.column(raw.pointee.statuses, count: raw.pointee.n_statuses)
        blockPlaces = unsafe RawField.column(raw.pointee.block_places, count: raw.pointee.n_block_places)
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__JudgeSessionSharesReply {
        var raw = unsafe Lode__V1__JudgeSessionSharesReply()
        unsafe lode__v1__judge_session_shares_reply__init(&raw)
        unsafe raw.statuses = arena.list(statuses)
        unsafe raw.n_statuses = statuses.count
        unsafe raw.block_places = arena.list(blockPlaces)
        unsafe raw.n_block_places = blockPlaces.count
        return unsafe raw
    }
}

package enum ShareStatus: UInt32, CaseIterable, Sendable {
    case unspecified = 0
    /// Durable: never lost, credited once.
    case accepted = 1
    case lowDifficulty = 2
    case duplicate = 3
    case outsideBin = 4
    /// Its job is not on the best chain's tip any more.
    case stale = 5
    /// The lease ran out.
    case expired = 6
    /// The hash claimed is not the hash found.
    case hashMismatch = 7
    /// The header's time is before the job's earliest, or too far ahead.
    case timeOutOfRange = 8
    /// Bits of the header's version changed that were not agreed.
    case versionNotAllowed = 9
    /// Nobody is authorized, or the lease was not signed by this pool.
    case unauthorized = 10

    /// A number from a newer peer reads as `unspecified`.
    init(number: UInt32) {
        self = Self(rawValue: number) ?? .unspecified
    }
}
