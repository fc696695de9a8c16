// Written by script/proto from lode/v1/jobs.proto: change that file, not this one.

internal import CMessages
internal import CProtobufC

/// Builds work from the node's templates and leases slices of it.
package protocol JobsHandler: Sendable {
    /// The job to work on now, or one that is still alive.
    ///
    /// NOT_FOUND when it is neither; UNAVAILABLE before the first template; FAILED_PRECONDITION while the
    /// chain has a new tip for which no node gives a template: work on earlier jobs is stale.
    func getJob(_ request: GetJobRequest) async throws(RPCError) -> Job
    /// A job with all that is needed to make it a block.
    ///
    /// NOT_FOUND when the job is no longer kept.
    func getTemplate(_ request: GetTemplateRequest) async throws(RPCError) -> Template
    /// A job's transactions, one by one.
    ///
    /// NOT_FOUND when the job is no longer kept; RESOURCE_EXHAUSTED when they are more than 4 MiB.
    func getTransactions(_ request: GetTransactionsRequest) async throws(RPCError) -> TransactionList
    /// A slice for this client alone.
    ///
    /// Asked again while an offered bin is unused, the same bin is given.
    func leaseBin(_ request: LeaseBinRequest) async throws(RPCError) -> BinOffer
    /// What came of a bin: tells the client's speed, and may offer the next bin ahead of need.
    func reportBin(_ request: ReportBinRequest) async throws(RPCError) -> ReportBinReply
    /// Whole extranonce1 values, each for one stratum session.
    ///
    /// INVALID_ARGUMENT for a count out of range; RESOURCE_EXHAUSTED while every value may still be in use.
    func leaseSessions(_ request: LeaseSessionsRequest) async throws(RPCError) -> LeaseSessionsReply
    /// The same values for longer: offer i is for lease i, and empty when that one cannot be renewed, because
    /// it has ended, or another replica gave it, or this pool did not sign it: its session needs another
    /// value.
    func renewSessions(_ request: RenewSessionsRequest) async throws(RPCError) -> LeaseSessionsReply
    /// What the service has measured of one client.
    ///
    /// NOT_FOUND for a client that has not asked for a bin lately.
    func getClientSpeed(_ request: GetClientSpeedRequest) async throws(RPCError) -> ClientSpeed
    /// All clients together.
    func getPoolSpeed(_ request: Empty) async throws(RPCError) -> PoolSpeed
}

/// Calls `lode.v1.Jobs` over a channel.
package struct JobsClient: JobsHandler {
    private let channel: any RPCChannel
    private let timeout: Duration

    /// Each call waits at most `timeout` for its answer.
    package init(_ channel: any RPCChannel, timeout: Duration) {
        self.channel = channel
        self.timeout = timeout
    }

    /// The job to work on now, or one that is still alive.
    ///
    /// NOT_FOUND when it is neither; UNAVAILABLE before the first template; FAILED_PRECONDITION while the
    /// chain has a new tip for which no node gives a template: work on earlier jobs is stale.
    package func getJob(_ request: GetJobRequest) async throws(RPCError) -> Job {
        try await channel.call("lode.v1.Jobs/GetJob", request, timeout: timeout)
    }

    /// A job with all that is needed to make it a block.
    ///
    /// NOT_FOUND when the job is no longer kept.
    package func getTemplate(_ request: GetTemplateRequest) async throws(RPCError) -> Template {
        try await channel.call("lode.v1.Jobs/GetTemplate", request, timeout: timeout)
    }

    /// A job's transactions, one by one.
    ///
    /// NOT_FOUND when the job is no longer kept; RESOURCE_EXHAUSTED when they are more than 4 MiB.
    package func getTransactions(_ request: GetTransactionsRequest) async throws(RPCError) -> TransactionList {
        try await channel.call("lode.v1.Jobs/GetTransactions", request, timeout: timeout)
    }

    /// A slice for this client alone.
    ///
    /// Asked again while an offered bin is unused, the same bin is given.
    package func leaseBin(_ request: LeaseBinRequest) async throws(RPCError) -> BinOffer {
        try await channel.call("lode.v1.Jobs/LeaseBin", request, timeout: timeout)
    }

    /// What came of a bin: tells the client's speed, and may offer the next bin ahead of need.
    package func reportBin(_ request: ReportBinRequest) async throws(RPCError) -> ReportBinReply {
        try await channel.call("lode.v1.Jobs/ReportBin", request, timeout: timeout)
    }

    /// Whole extranonce1 values, each for one stratum session.
    ///
    /// INVALID_ARGUMENT for a count out of range; RESOURCE_EXHAUSTED while every value may still be in use.
    package func leaseSessions(_ request: LeaseSessionsRequest) async throws(RPCError) -> LeaseSessionsReply {
        try await channel.call("lode.v1.Jobs/LeaseSessions", request, timeout: timeout)
    }

    /// The same values for longer: offer i is for lease i, and empty when that one cannot be renewed, because
    /// it has ended, or another replica gave it, or this pool did not sign it: its session needs another
    /// value.
    package func renewSessions(_ request: RenewSessionsRequest) async throws(RPCError) -> LeaseSessionsReply {
        try await channel.call("lode.v1.Jobs/RenewSessions", request, timeout: timeout)
    }

    /// What the service has measured of one client.
    ///
    /// NOT_FOUND for a client that has not asked for a bin lately.
    package func getClientSpeed(_ request: GetClientSpeedRequest) async throws(RPCError) -> ClientSpeed {
        try await channel.call("lode.v1.Jobs/GetClientSpeed", request, timeout: timeout)
    }

    /// All clients together.
    package func getPoolSpeed(_ request: Empty) async throws(RPCError) -> PoolSpeed {
        try await channel.call("lode.v1.Jobs/GetPoolSpeed", request, timeout: timeout)
    }
}

/// Brings each call of `lode.v1.Jobs` to its handler.
package struct JobsDispatcher<Handler: JobsHandler>: RPCDispatcher {
    private let handler: Handler

    package init(_ handler: Handler) {
        self.handler = handler
    }

    package var methods: [String] {
        [
            "lode.v1.Jobs/GetJob",
            "lode.v1.Jobs/GetTemplate",
            "lode.v1.Jobs/GetTransactions",
            "lode.v1.Jobs/LeaseBin",
            "lode.v1.Jobs/ReportBin",
            "lode.v1.Jobs/LeaseSessions",
            "lode.v1.Jobs/RenewSessions",
            "lode.v1.Jobs/GetClientSpeed",
            "lode.v1.Jobs/GetPoolSpeed",
        ]
    }

    package func dispatch(_ method: String, _ payload: [UInt8]) async throws(RPCError) -> [UInt8] {
        switch method {
        case "lode.v1.Jobs/GetJob": try await handler.getJob(GetJobRequest(payload: payload)).encoded()
        case "lode.v1.Jobs/GetTemplate": try await handler.getTemplate(GetTemplateRequest(payload: payload)).encoded()
        case "lode.v1.Jobs/GetTransactions":
            try await handler.getTransactions(GetTransactionsRequest(payload: payload)).encoded()
        case "lode.v1.Jobs/LeaseBin": try await handler.leaseBin(LeaseBinRequest(payload: payload)).encoded()
        case "lode.v1.Jobs/ReportBin": try await handler.reportBin(ReportBinRequest(payload: payload)).encoded()
        case "lode.v1.Jobs/LeaseSessions":
            try await handler.leaseSessions(LeaseSessionsRequest(payload: payload)).encoded()
        case "lode.v1.Jobs/RenewSessions":
            try await handler.renewSessions(RenewSessionsRequest(payload: payload)).encoded()
        case "lode.v1.Jobs/GetClientSpeed":
            try await handler.getClientSpeed(GetClientSpeedRequest(payload: payload)).encoded()
        case "lode.v1.Jobs/GetPoolSpeed": try await handler.getPoolSpeed(Empty(payload: payload)).encoded()
        case _: throw .unknownMethod(method)
        }
    }
}

package struct GetJobRequest: WireMessage, Hashable {
    /// 0: the current job.
    package var jobID: UInt64

    package init(
        jobID: UInt64 = 0
    ) {
        self.jobID = jobID
    }

    /// Reads the bytes of a `lode.v1.GetJobRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "GetJobRequest", lode__v1__get_job_request__unpack) {
            raw throws(WireError) in try unsafe GetJobRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension GetJobRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__GetJobRequest>) throws(WireError) {
        self.init()
        jobID = unsafe raw.pointee.job_id
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__GetJobRequest {
        var raw = unsafe Lode__V1__GetJobRequest()
        unsafe lode__v1__get_job_request__init(&raw)
        unsafe raw.job_id = jobID
        return unsafe raw
    }
}

package struct GetTemplateRequest: WireMessage, Hashable {
    package var jobID: UInt64

    package init(
        jobID: UInt64 = 0
    ) {
        self.jobID = jobID
    }

    /// Reads the bytes of a `lode.v1.GetTemplateRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "GetTemplateRequest", lode__v1__get_template_request__unpack) {
            raw throws(WireError) in try unsafe GetTemplateRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension GetTemplateRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__GetTemplateRequest>) throws(WireError) {
        self.init()
        jobID = unsafe raw.pointee.job_id
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__GetTemplateRequest {
        var raw = unsafe Lode__V1__GetTemplateRequest()
        unsafe lode__v1__get_template_request__init(&raw)
        unsafe raw.job_id = jobID
        return unsafe raw
    }
}

package struct GetTransactionsRequest: WireMessage, Hashable {
    package var jobID: UInt64

    package init(
        jobID: UInt64 = 0
    ) {
        self.jobID = jobID
    }

    /// Reads the bytes of a `lode.v1.GetTransactionsRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "GetTransactionsRequest", lode__v1__get_transactions_request__unpack) {
            raw throws(WireError) in try unsafe GetTransactionsRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension GetTransactionsRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__GetTransactionsRequest>) throws(WireError) {
        self.init()
        jobID = unsafe raw.pointee.job_id
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__GetTransactionsRequest {
        var raw = unsafe Lode__V1__GetTransactionsRequest()
        unsafe lode__v1__get_transactions_request__init(&raw)
        unsafe raw.job_id = jobID
        return unsafe raw
    }
}

/// What follows the coinbase in the job's block; at most 4 MiB.
package struct TransactionList: WireMessage, Hashable {
    /// In the block's order, as the node gave them.
    package var transactions: [[UInt8]]

    package init(
        transactions: [[UInt8]] = []
    ) {
        self.transactions = transactions
    }

    /// Reads the bytes of a `lode.v1.TransactionList`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "TransactionList", lode__v1__transaction_list__unpack) {
            raw throws(WireError) in try unsafe TransactionList(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension TransactionList {
    @unsafe init(raw: UnsafePointer<Lode__V1__TransactionList>) throws(WireError) {
        self.init()
        transactions = unsafe RawField.items(raw.pointee.transactions, count: raw.pointee.n_transactions).map { item in
            unsafe RawField.bytes(item)
        }
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__TransactionList {
        var raw = unsafe Lode__V1__TransactionList()
        unsafe lode__v1__transaction_list__init(&raw)
        unsafe raw.transactions = arena.list(transactions.map { unsafe arena.bytes($0) })
        unsafe raw.n_transactions = transactions.count
        return unsafe raw
    }
}

/// Immutable once published.
///
/// Also published on topic "job".
package struct Job: WireMessage, Hashable {
    /// Time-ordered, unique across restarts and replicas, never 0.
    package var jobID: UInt64
    /// Proof hash: "scrypt" or "sha256d".
    package var algorithm: String
    /// Of the block that this job would become.
    package var height: UInt32
    /// Header version.
    package var version: UInt32
    /// 32 bytes, internal order.
    package var previousHash: [UInt8]
    /// Compact network target.
    package var bits: UInt32
    /// Seconds since 1970, as the node gave it.
    package var currentTime: UInt32
    /// Seconds since 1970; the header's time may not be lower.
    package var minimumTime: UInt32
    /// Coinbase transaction without witness, up to the extranonce.
    package var coinbase1: [UInt8]
    /// And after it.
    package var coinbase2: [UInt8]
    /// Bytes.
    package var extranonce1Size: UInt32
    /// Bytes.
    package var extranonce2Size: UInt32
    /// 32 bytes each, internal order.
    package var merkleBranch: [[UInt8]]
    /// 32 bytes, big-endian number.
    package var networkTarget: [UInt8]
    /// 32 bytes, big-endian number: what bins of this job are leased at.
    package var shareTarget: [UInt8]
    /// The coinbase's whole value, base units.
    package var reward: UInt64
    /// Unix time.
    package var createdAtMs: UInt64
    /// The tip changed: work on earlier jobs is stale.
    package var clean: Bool

    package init(
        jobID: UInt64 = 0,
        algorithm: String = "",
        height: UInt32 = 0,
        version: UInt32 = 0,
        previousHash: [UInt8] = [],
        bits: UInt32 = 0,
        currentTime: UInt32 = 0,
        minimumTime: UInt32 = 0,
        coinbase1: [UInt8] = [],
        coinbase2: [UInt8] = [],
        extranonce1Size: UInt32 = 0,
        extranonce2Size: UInt32 = 0,
        merkleBranch: [[UInt8]] = [],
        networkTarget: [UInt8] = [],
        shareTarget: [UInt8] = [],
        reward: UInt64 = 0,
        createdAtMs: UInt64 = 0,
        clean: Bool = false
    ) {
        self.jobID = jobID
        self.algorithm = algorithm
        self.height = height
        self.version = version
        self.previousHash = previousHash
        self.bits = bits
        self.currentTime = currentTime
        self.minimumTime = minimumTime
        self.coinbase1 = coinbase1
        self.coinbase2 = coinbase2
        self.extranonce1Size = extranonce1Size
        self.extranonce2Size = extranonce2Size
        self.merkleBranch = merkleBranch
        self.networkTarget = networkTarget
        self.shareTarget = shareTarget
        self.reward = reward
        self.createdAtMs = createdAtMs
        self.clean = clean
    }

    /// Reads the bytes of a `lode.v1.Job`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Job", lode__v1__job__unpack) {
            raw throws(WireError) in try unsafe Job(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Job {
    @unsafe init(raw: UnsafePointer<Lode__V1__Job>) throws(WireError) {
        self.init()
        jobID = unsafe raw.pointee.job_id
        algorithm = try unsafe RawField.text(raw.pointee.algorithm, "Job.algorithm")
        height = unsafe raw.pointee.height
        version = unsafe raw.pointee.version
        previousHash = unsafe RawField.bytes(raw.pointee.previous_hash)
        bits = unsafe raw.pointee.bits
        currentTime = unsafe raw.pointee.current_time
        minimumTime = unsafe raw.pointee.minimum_time
        coinbase1 = unsafe RawField.bytes(raw.pointee.coinbase_1)
        coinbase2 = unsafe RawField.bytes(raw.pointee.coinbase_2)
        extranonce1Size = unsafe raw.pointee.extranonce1_size
        extranonce2Size = unsafe raw.pointee.extranonce2_size
        merkleBranch = unsafe RawField.items(raw.pointee.merkle_branch, count: raw.pointee.n_merkle_branch).map {
            item in unsafe RawField.bytes(item)
        }
        networkTarget = unsafe RawField.bytes(raw.pointee.network_target)
        shareTarget = unsafe RawField.bytes(raw.pointee.share_target)
        reward = unsafe raw.pointee.reward
        createdAtMs = unsafe raw.pointee.created_at_ms
        clean = unsafe raw.pointee.clean != 0
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Job {
        var raw = unsafe Lode__V1__Job()
        unsafe lode__v1__job__init(&raw)
        unsafe raw.job_id = jobID
        unsafe raw.algorithm = arena.text(algorithm)
        unsafe raw.height = height
        unsafe raw.version = version
        unsafe raw.previous_hash = arena.bytes(previousHash)
        unsafe raw.bits = bits
        unsafe raw.current_time = currentTime
        unsafe raw.minimum_time = minimumTime
        unsafe raw.coinbase_1 = arena.bytes(coinbase1)
        unsafe raw.coinbase_2 = arena.bytes(coinbase2)
        unsafe raw.extranonce1_size = extranonce1Size
        unsafe raw.extranonce2_size = extranonce2Size
        unsafe raw.merkle_branch = arena.list(merkleBranch.map { unsafe arena.bytes($0) })
        unsafe raw.n_merkle_branch = merkleBranch.count
        unsafe raw.network_target = arena.bytes(networkTarget)
        unsafe raw.share_target = arena.bytes(shareTarget)
        unsafe raw.reward = reward
        unsafe raw.created_at_ms = createdAtMs
        unsafe raw.clean = clean ? 1 : 0
        return unsafe raw
    }
}

/// A job and the rest of its block, opaque.
package struct Template: WireMessage, Hashable {
    package var job: Job?
    /// Without the coinbase.
    package var transactionCount: UInt32
    /// The transactions after the coinbase, one after the other.
    package var transactions: [UInt8]
    /// What follows the last transaction (Litecoin: 01 and the MWEB block); may be empty.
    package var tail: [UInt8]
    /// The coinbase commits to witnesses, and carries the reserved value itself in the block.
    package var segwit: Bool
    /// Bytes of each transaction, in order; they add up to all of transactions.
    package var transactionSizes: [UInt32]

    package init(
        job: Job? = nil,
        transactionCount: UInt32 = 0,
        transactions: [UInt8] = [],
        tail: [UInt8] = [],
        segwit: Bool = false,
        transactionSizes: [UInt32] = []
    ) {
        self.job = job
        self.transactionCount = transactionCount
        self.transactions = transactions
        self.tail = tail
        self.segwit = segwit
        self.transactionSizes = transactionSizes
    }

    /// Reads the bytes of a `lode.v1.Template`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Template", lode__v1__template__unpack) {
            raw throws(WireError) in try unsafe Template(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Template {
    @unsafe init(raw: UnsafePointer<Lode__V1__Template>) throws(WireError) {
        self.init()
        if let item = unsafe raw.pointee.job { job = try unsafe Job(raw: item) }
        transactionCount = unsafe raw.pointee.transaction_count
        transactions = unsafe RawField.bytes(raw.pointee.transactions)
        tail = unsafe RawField.bytes(raw.pointee.tail)
        segwit = unsafe raw.pointee.segwit != 0
        transactionSizes = unsafe RawField.column(raw.pointee.transaction_sizes, count: raw.pointee.n_transaction_sizes)
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Template {
        var raw = unsafe Lode__V1__Template()
        unsafe lode__v1__template__init(&raw)
        if let job { unsafe raw.job = arena.place(job.raw(in: arena)) }
        unsafe raw.transaction_count = transactionCount
        unsafe raw.transactions = arena.bytes(transactions)
        unsafe raw.tail = arena.bytes(tail)
        unsafe raw.segwit = segwit ? 1 : 0
        unsafe raw.transaction_sizes = arena.list(transactionSizes)
        unsafe raw.n_transaction_sizes = transactionSizes.count
        return unsafe raw
    }
}

package struct LeaseBinRequest: WireMessage, Hashable {
    package var client: Client?
    /// The client's own estimate, hashes per second; 0: none given.
    package var hashrate: UInt64

    package init(
        client: Client? = nil,
        hashrate: UInt64 = 0
    ) {
        self.client = client
        self.hashrate = hashrate
    }

    /// Reads the bytes of a `lode.v1.LeaseBinRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "LeaseBinRequest", lode__v1__lease_bin_request__unpack) {
            raw throws(WireError) in try unsafe LeaseBinRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension LeaseBinRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__LeaseBinRequest>) throws(WireError) {
        self.init()
        if let item = unsafe raw.pointee.client { client = try unsafe Client(raw: item) }
        hashrate = unsafe raw.pointee.hashrate
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__LeaseBinRequest {
        var raw = unsafe Lode__V1__LeaseBinRequest()
        unsafe lode__v1__lease_bin_request__init(&raw)
        if let client { unsafe raw.client = arena.place(client.raw(in: arena)) }
        unsafe raw.hashrate = hashrate
        return unsafe raw
    }
}

/// A slice of one job's search space, for one client.
///
/// Travels to the miner and back as opaque bytes with an HMAC behind it.
package struct Lease: WireMessage, Hashable {
    /// Unique.
    package var leaseID: UInt64
    package var jobID: UInt64
    package var client: Client?
    /// Written big-endian into the coinbase.
    package var extranonce1: UInt32
    /// First position: extranonce2 << 32 | nonce.
    package var start: UInt64
    /// Positions, at least 1.
    package var count: UInt64
    /// The header's time.
    package var time: UInt32
    /// 32 bytes, big-endian number.
    package var shareTarget: [UInt8]
    /// Unix time.
    package var issuedAtMs: UInt64
    /// Unix time; later proofs are refused as expired.
    package var expiresAtMs: UInt64

    package init(
        leaseID: UInt64 = 0,
        jobID: UInt64 = 0,
        client: Client? = nil,
        extranonce1: UInt32 = 0,
        start: UInt64 = 0,
        count: UInt64 = 0,
        time: UInt32 = 0,
        shareTarget: [UInt8] = [],
        issuedAtMs: UInt64 = 0,
        expiresAtMs: UInt64 = 0
    ) {
        self.leaseID = leaseID
        self.jobID = jobID
        self.client = client
        self.extranonce1 = extranonce1
        self.start = start
        self.count = count
        self.time = time
        self.shareTarget = shareTarget
        self.issuedAtMs = issuedAtMs
        self.expiresAtMs = expiresAtMs
    }

    /// Reads the bytes of a `lode.v1.Lease`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Lease", lode__v1__lease__unpack) {
            raw throws(WireError) in try unsafe Lease(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Lease {
    @unsafe init(raw: UnsafePointer<Lode__V1__Lease>) throws(WireError) {
        self.init()
        leaseID = unsafe raw.pointee.lease_id
        jobID = unsafe raw.pointee.job_id
        if let item = unsafe raw.pointee.client { client = try unsafe Client(raw: item) }
        extranonce1 = unsafe raw.pointee.extranonce1
        start = unsafe raw.pointee.start
        count = unsafe raw.pointee.count
        time = unsafe raw.pointee.time
        shareTarget = unsafe RawField.bytes(raw.pointee.share_target)
        issuedAtMs = unsafe raw.pointee.issued_at_ms
        expiresAtMs = unsafe raw.pointee.expires_at_ms
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Lease {
        var raw = unsafe Lode__V1__Lease()
        unsafe lode__v1__lease__init(&raw)
        unsafe raw.lease_id = leaseID
        unsafe raw.job_id = jobID
        if let client { unsafe raw.client = arena.place(client.raw(in: arena)) }
        unsafe raw.extranonce1 = extranonce1
        unsafe raw.start = start
        unsafe raw.count = count
        unsafe raw.time = time
        unsafe raw.share_target = arena.bytes(shareTarget)
        unsafe raw.issued_at_ms = issuedAtMs
        unsafe raw.expires_at_ms = expiresAtMs
        return unsafe raw
    }
}

package struct BinOffer: WireMessage, Hashable {
    /// The Lease's bytes and 32 bytes HMAC-SHA256 over them.
    package var signedLease: [UInt8]
    /// The same, readable.
    package var lease: Lease?
    /// How long the client should need, by its measured speed.
    package var expectedDurationMs: UInt32

    package init(
        signedLease: [UInt8] = [],
        lease: Lease? = nil,
        expectedDurationMs: UInt32 = 0
    ) {
        self.signedLease = signedLease
        self.lease = lease
        self.expectedDurationMs = expectedDurationMs
    }

    /// Reads the bytes of a `lode.v1.BinOffer`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "BinOffer", lode__v1__bin_offer__unpack) {
            raw throws(WireError) in try unsafe BinOffer(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension BinOffer {
    @unsafe init(raw: UnsafePointer<Lode__V1__BinOffer>) throws(WireError) {
        self.init()
        signedLease = unsafe RawField.bytes(raw.pointee.signed_lease)
        if let item = unsafe raw.pointee.lease { lease = try unsafe Lease(raw: item) }
        expectedDurationMs = unsafe raw.pointee.expected_duration_ms
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__BinOffer {
        var raw = unsafe Lode__V1__BinOffer()
        unsafe lode__v1__bin_offer__init(&raw)
        unsafe raw.signed_lease = arena.bytes(signedLease)
        if let lease { unsafe raw.lease = arena.place(lease.raw(in: arena)) }
        unsafe raw.expected_duration_ms = expectedDurationMs
        return unsafe raw
    }
}

package struct ReportBinRequest: WireMessage, Hashable {
    package var signedLease: [UInt8]
    package var client: Client?
    /// The bin was searched to its end.
    package var done: Bool
    /// Proofs accepted with this report.
    package var hits: UInt32
    /// Highest position among the proofs of this report; 0 with no hits.
    package var furthest: UInt64

    package init(
        signedLease: [UInt8] = [],
        client: Client? = nil,
        done: Bool = false,
        hits: UInt32 = 0,
        furthest: UInt64 = 0
    ) {
        self.signedLease = signedLease
        self.client = client
        self.done = done
        self.hits = hits
        self.furthest = furthest
    }

    /// Reads the bytes of a `lode.v1.ReportBinRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "ReportBinRequest", lode__v1__report_bin_request__unpack) {
            raw throws(WireError) in try unsafe ReportBinRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension ReportBinRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__ReportBinRequest>) throws(WireError) {
        self.init()
        signedLease = unsafe RawField.bytes(raw.pointee.signed_lease)
        if let item = unsafe raw.pointee.client { client = try unsafe Client(raw: item) }
        done = unsafe raw.pointee.done != 0
        hits = unsafe raw.pointee.hits
        furthest = unsafe raw.pointee.furthest
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__ReportBinRequest {
        var raw = unsafe Lode__V1__ReportBinRequest()
        unsafe lode__v1__report_bin_request__init(&raw)
        unsafe raw.signed_lease = arena.bytes(signedLease)
        if let client { unsafe raw.client = arena.place(client.raw(in: arena)) }
        unsafe raw.done = done ? 1 : 0
        unsafe raw.hits = hits
        unsafe raw.furthest = furthest
        return unsafe raw
    }
}

package struct ReportBinReply: WireMessage, Hashable {
    /// Absent unless the client will want one before its next request would arrive.
    package var nextBin: BinOffer?
    package var currentJobID: UInt64

    package init(
        nextBin: BinOffer? = nil,
        currentJobID: UInt64 = 0
    ) {
        self.nextBin = nextBin
        self.currentJobID = currentJobID
    }

    /// Reads the bytes of a `lode.v1.ReportBinReply`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "ReportBinReply", lode__v1__report_bin_reply__unpack) {
            raw throws(WireError) in try unsafe ReportBinReply(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension ReportBinReply {
    @unsafe init(raw: UnsafePointer<Lode__V1__ReportBinReply>) throws(WireError) {
        self.init()
        if let item = unsafe raw.pointee.next_bin { nextBin = try unsafe BinOffer(raw: item) }
        currentJobID = unsafe raw.pointee.current_job_id
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__ReportBinReply {
        var raw = unsafe Lode__V1__ReportBinReply()
        unsafe lode__v1__report_bin_reply__init(&raw)
        if let nextBin { unsafe raw.next_bin = arena.place(nextBin.raw(in: arena)) }
        unsafe raw.current_job_id = currentJobID
        return unsafe raw
    }
}

package struct LeaseSessionsRequest: WireMessage, Hashable {
    /// Values wanted, 1 to 1,000.
    package var count: UInt32

    package init(
        count: UInt32 = 0
    ) {
        self.count = count
    }

    /// Reads the bytes of a `lode.v1.LeaseSessionsRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "LeaseSessionsRequest", lode__v1__lease_sessions_request__unpack) {
            raw throws(WireError) in try unsafe LeaseSessionsRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension LeaseSessionsRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__LeaseSessionsRequest>) throws(WireError) {
        self.init()
        count = unsafe raw.pointee.count
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__LeaseSessionsRequest {
        var raw = unsafe Lode__V1__LeaseSessionsRequest()
        unsafe lode__v1__lease_sessions_request__init(&raw)
        unsafe raw.count = count
        return unsafe raw
    }
}

package struct RenewSessionsRequest: WireMessage, Hashable {
    /// 1 to 1,000.
    package var signedLeases: [[UInt8]]

    package init(
        signedLeases: [[UInt8]] = []
    ) {
        self.signedLeases = signedLeases
    }

    /// Reads the bytes of a `lode.v1.RenewSessionsRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "RenewSessionsRequest", lode__v1__renew_sessions_request__unpack) {
            raw throws(WireError) in try unsafe RenewSessionsRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension RenewSessionsRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__RenewSessionsRequest>) throws(WireError) {
        self.init()
        signedLeases = unsafe RawField.items(raw.pointee.signed_leases, count: raw.pointee.n_signed_leases).map {
            item in unsafe RawField.bytes(item)
        }
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__RenewSessionsRequest {
        var raw = unsafe Lode__V1__RenewSessionsRequest()
        unsafe lode__v1__renew_sessions_request__init(&raw)
        unsafe raw.signed_leases = arena.list(signedLeases.map { unsafe arena.bytes($0) })
        unsafe raw.n_signed_leases = signedLeases.count
        return unsafe raw
    }
}

/// One extranonce1 for one session, whole: every extranonce2, and every job while it lasts.
///
/// Signed like a Lease, with a key of its own, so that neither passes for the other.
package struct SessionLease: WireMessage, Hashable {
    /// Unique; the same when it is renewed.
    package var leaseID: UInt64
    /// Written big-endian into the coinbase.
    package var extranonce1: UInt32
    /// Unix time.
    package var issuedAtMs: UInt64
    /// Unix time; later shares are refused as expired.
    package var expiresAtMs: UInt64

    package init(
        leaseID: UInt64 = 0,
        extranonce1: UInt32 = 0,
        issuedAtMs: UInt64 = 0,
        expiresAtMs: UInt64 = 0
    ) {
        self.leaseID = leaseID
        self.extranonce1 = extranonce1
        self.issuedAtMs = issuedAtMs
        self.expiresAtMs = expiresAtMs
    }

    /// Reads the bytes of a `lode.v1.SessionLease`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "SessionLease", lode__v1__session_lease__unpack) {
            raw throws(WireError) in try unsafe SessionLease(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension SessionLease {
    @unsafe init(raw: UnsafePointer<Lode__V1__SessionLease>) throws(WireError) {
        self.init()
        leaseID = unsafe raw.pointee.lease_id
        extranonce1 = unsafe raw.pointee.extranonce1
        issuedAtMs = unsafe raw.pointee.issued_at_ms
        expiresAtMs = unsafe raw.pointee.expires_at_ms
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__SessionLease {
        var raw = unsafe Lode__V1__SessionLease()
        unsafe lode__v1__session_lease__init(&raw)
        unsafe raw.lease_id = leaseID
        unsafe raw.extranonce1 = extranonce1
        unsafe raw.issued_at_ms = issuedAtMs
        unsafe raw.expires_at_ms = expiresAtMs
        return unsafe raw
    }
}

package struct SessionOffer: WireMessage, Hashable {
    /// The SessionLease's bytes and 32 bytes HMAC-SHA256 over them.
    package var signedLease: [UInt8]
    /// The same, readable.
    package var lease: SessionLease?

    package init(
        signedLease: [UInt8] = [],
        lease: SessionLease? = nil
    ) {
        self.signedLease = signedLease
        self.lease = lease
    }

    /// Reads the bytes of a `lode.v1.SessionOffer`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "SessionOffer", lode__v1__session_offer__unpack) {
            raw throws(WireError) in try unsafe SessionOffer(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension SessionOffer {
    @unsafe init(raw: UnsafePointer<Lode__V1__SessionOffer>) throws(WireError) {
        self.init()
        signedLease = unsafe RawField.bytes(raw.pointee.signed_lease)
        if let item = unsafe raw.pointee.lease { lease = try unsafe SessionLease(raw: item) }
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__SessionOffer {
        var raw = unsafe Lode__V1__SessionOffer()
        unsafe lode__v1__session_offer__init(&raw)
        unsafe raw.signed_lease = arena.bytes(signedLease)
        if let lease { unsafe raw.lease = arena.place(lease.raw(in: arena)) }
        return unsafe raw
    }
}

package struct LeaseSessionsReply: WireMessage, Hashable {
    package var offers: [SessionOffer]

    package init(
        offers: [SessionOffer] = []
    ) {
        self.offers = offers
    }

    /// Reads the bytes of a `lode.v1.LeaseSessionsReply`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "LeaseSessionsReply", lode__v1__lease_sessions_reply__unpack) {
            raw throws(WireError) in try unsafe LeaseSessionsReply(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension LeaseSessionsReply {
    @unsafe init(raw: UnsafePointer<Lode__V1__LeaseSessionsReply>) throws(WireError) {
        self.init()
        offers = try unsafe RawField.items(raw.pointee.offers, count: raw.pointee.n_offers).map {
            item throws(WireError) in try unsafe SessionOffer(raw: RawField.pointer(item, "LeaseSessionsReply.offers"))
        }
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__LeaseSessionsReply {
        var raw = unsafe Lode__V1__LeaseSessionsReply()
        unsafe lode__v1__lease_sessions_reply__init(&raw)
        unsafe raw.offers = arena.list(
            offers.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) }
        )
        unsafe raw.n_offers = offers.count
        return unsafe raw
    }
}

package struct GetClientSpeedRequest: WireMessage, Hashable {
    package var client: Client?

    package init(
        client: Client? = nil
    ) {
        self.client = client
    }

    /// Reads the bytes of a `lode.v1.GetClientSpeedRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "GetClientSpeedRequest", lode__v1__get_client_speed_request__unpack) {
            raw throws(WireError) in try unsafe GetClientSpeedRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension GetClientSpeedRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__GetClientSpeedRequest>) throws(WireError) {
        self.init()
        if let item = unsafe raw.pointee.client { client = try unsafe Client(raw: item) }
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__GetClientSpeedRequest {
        var raw = unsafe Lode__V1__GetClientSpeedRequest()
        unsafe lode__v1__get_client_speed_request__init(&raw)
        if let client { unsafe raw.client = arena.place(client.raw(in: arena)) }
        return unsafe raw
    }
}

package struct ClientSpeed: WireMessage, Hashable {
    /// Hashes per second, measured.
    package var hashrate: UInt64
    /// Positions in the latest bin.
    package var binSize: UInt64
    /// Unix time.
    package var seenAtMs: UInt64

    package init(
        hashrate: UInt64 = 0,
        binSize: UInt64 = 0,
        seenAtMs: UInt64 = 0
    ) {
        self.hashrate = hashrate
        self.binSize = binSize
        self.seenAtMs = seenAtMs
    }

    /// Reads the bytes of a `lode.v1.ClientSpeed`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "ClientSpeed", lode__v1__client_speed__unpack) {
            raw throws(WireError) in try unsafe ClientSpeed(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension ClientSpeed {
    @unsafe init(raw: UnsafePointer<Lode__V1__ClientSpeed>) throws(WireError) {
        self.init()
        hashrate = unsafe raw.pointee.hashrate
        binSize = unsafe raw.pointee.bin_size
        seenAtMs = unsafe raw.pointee.seen_at_ms
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__ClientSpeed {
        var raw = unsafe Lode__V1__ClientSpeed()
        unsafe lode__v1__client_speed__init(&raw)
        unsafe raw.hashrate = hashrate
        unsafe raw.bin_size = binSize
        unsafe raw.seen_at_ms = seenAtMs
        return unsafe raw
    }
}

package struct PoolSpeed: WireMessage, Hashable {
    /// Hashes per second, all clients seen in the last minutes.
    package var hashrate: UInt64
    package var clients: UInt32
    /// Distinct account and worker names.
    package var workers: UInt32
    /// Since this replica started.
    package var binsLeased: UInt64

    package init(
        hashrate: UInt64 = 0,
        clients: UInt32 = 0,
        workers: UInt32 = 0,
        binsLeased: UInt64 = 0
    ) {
        self.hashrate = hashrate
        self.clients = clients
        self.workers = workers
        self.binsLeased = binsLeased
    }

    /// Reads the bytes of a `lode.v1.PoolSpeed`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "PoolSpeed", lode__v1__pool_speed__unpack) {
            raw throws(WireError) in try unsafe PoolSpeed(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension PoolSpeed {
    @unsafe init(raw: UnsafePointer<Lode__V1__PoolSpeed>) throws(WireError) {
        self.init()
        hashrate = unsafe raw.pointee.hashrate
        clients = unsafe raw.pointee.clients
        workers = unsafe raw.pointee.workers
        binsLeased = unsafe raw.pointee.bins_leased
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__PoolSpeed {
        var raw = unsafe Lode__V1__PoolSpeed()
        unsafe lode__v1__pool_speed__init(&raw)
        unsafe raw.hashrate = hashrate
        unsafe raw.clients = clients
        unsafe raw.workers = workers
        unsafe raw.bins_leased = binsLeased
        return unsafe raw
    }
}
