// Written by script/proto from lode/v1/ledger.proto: change that file, not this one.

internal import CMessages
internal import CProtobufC

/// The one place where money and work are written down.
///
/// Only this service reaches the database.
package protocol LedgerHandler: Sendable {
    /// Answers after the commit.
    ///
    /// A share is known by its proof hash: recording it again changes nothing.
    func recordShares(_ request: RecordSharesRequest) async throws(RPCError) -> RecordSharesReply
    /// The state of a block, as often as it is told: the ledger moves money only on a change.
    func recordBlock(_ request: BlockReport) async throws(RPCError) -> RecordBlockReply
    /// One account's work and money; zeros for an account that has done nothing yet.
    func getMiner(_ request: GetMinerRequest) async throws(RPCError) -> MinerStatement
    /// The pool as a whole.
    func getPool(_ request: GetPoolRequest) async throws(RPCError) -> PoolStatement
    /// Where block rewards go: as configured, else an address of the pool's own wallet, always the same.
    func getRewardAddress(_ request: Empty) async throws(RPCError) -> RewardAddress
    /// What an account was counted and credited for one block, with the path to the block's published root.
    ///
    /// Not found when the block was never credited, or the account has no part of it.
    func getProof(_ request: GetProofRequest) async throws(RPCError) -> BlockProof
    /// Where the nodes are, kept over restarts.
    func recordNode(_ request: NodeState) async throws(RPCError) -> Empty
    /// The pool in a few numbers.
    func getFigures(_ request: GetFiguresRequest) async throws(RPCError) -> PoolFigures
    /// One account's workers; nothing of an account that has done nothing yet.
    func getAccount(_ request: GetAccountRequest) async throws(RPCError) -> AccountFigures
    /// How fast the pool, an account or a worker was.
    func getSamples(_ request: GetSamplesRequest) async throws(RPCError) -> Samples
    /// Who worked how much for a block, or since the newest one.
    ///
    /// Not found for a block that was never credited.
    func getWork(_ request: GetWorkRequest) async throws(RPCError) -> WorkByAccount
    func getPayouts(_ request: GetPayoutsRequest) async throws(RPCError) -> Payouts
    /// Who found the most blocks.
    func getFinders(_ request: GetFindersRequest) async throws(RPCError) -> Finders
    /// Everything that moved an account's money.
    func getEntries(_ request: GetEntriesRequest) async throws(RPCError) -> Entries
    /// What an operator did about an address at a gateway, or was refused: into the audit log.
    func recordBan(_ request: BanEntry) async throws(RPCError) -> Empty
}

/// Calls `lode.v1.Ledger` over a channel.
package struct LedgerClient: LedgerHandler {
    private let channel: any RPCChannel
    private let timeout: Duration

    /// Each call waits at most `timeout` for its answer.
    package init(_ channel: any RPCChannel, timeout: Duration) {
        self.channel = channel
        self.timeout = timeout
    }

    /// Answers after the commit.
    ///
    /// A share is known by its proof hash: recording it again changes nothing.
    package func recordShares(_ request: RecordSharesRequest) async throws(RPCError) -> RecordSharesReply {
        try await channel.call("lode.v1.Ledger/RecordShares", request, timeout: timeout)
    }

    /// The state of a block, as often as it is told: the ledger moves money only on a change.
    package func recordBlock(_ request: BlockReport) async throws(RPCError) -> RecordBlockReply {
        try await channel.call("lode.v1.Ledger/RecordBlock", request, timeout: timeout)
    }

    /// One account's work and money; zeros for an account that has done nothing yet.
    package func getMiner(_ request: GetMinerRequest) async throws(RPCError) -> MinerStatement {
        try await channel.call("lode.v1.Ledger/GetMiner", request, timeout: timeout)
    }

    /// The pool as a whole.
    package func getPool(_ request: GetPoolRequest) async throws(RPCError) -> PoolStatement {
        try await channel.call("lode.v1.Ledger/GetPool", request, timeout: timeout)
    }

    /// Where block rewards go: as configured, else an address of the pool's own wallet, always the same.
    package func getRewardAddress(_ request: Empty) async throws(RPCError) -> RewardAddress {
        try await channel.call("lode.v1.Ledger/GetRewardAddress", request, timeout: timeout)
    }

    /// What an account was counted and credited for one block, with the path to the block's published root.
    ///
    /// Not found when the block was never credited, or the account has no part of it.
    package func getProof(_ request: GetProofRequest) async throws(RPCError) -> BlockProof {
        try await channel.call("lode.v1.Ledger/GetProof", request, timeout: timeout)
    }

    /// Where the nodes are, kept over restarts.
    package func recordNode(_ request: NodeState) async throws(RPCError) -> Empty {
        try await channel.call("lode.v1.Ledger/RecordNode", request, timeout: timeout)
    }

    /// The pool in a few numbers.
    package func getFigures(_ request: GetFiguresRequest) async throws(RPCError) -> PoolFigures {
        try await channel.call("lode.v1.Ledger/GetFigures", request, timeout: timeout)
    }

    /// One account's workers; nothing of an account that has done nothing yet.
    package func getAccount(_ request: GetAccountRequest) async throws(RPCError) -> AccountFigures {
        try await channel.call("lode.v1.Ledger/GetAccount", request, timeout: timeout)
    }

    /// How fast the pool, an account or a worker was.
    package func getSamples(_ request: GetSamplesRequest) async throws(RPCError) -> Samples {
        try await channel.call("lode.v1.Ledger/GetSamples", request, timeout: timeout)
    }

    /// Who worked how much for a block, or since the newest one.
    ///
    /// Not found for a block that was never credited.
    package func getWork(_ request: GetWorkRequest) async throws(RPCError) -> WorkByAccount {
        try await channel.call("lode.v1.Ledger/GetWork", request, timeout: timeout)
    }

    package func getPayouts(_ request: GetPayoutsRequest) async throws(RPCError) -> Payouts {
        try await channel.call("lode.v1.Ledger/GetPayouts", request, timeout: timeout)
    }

    /// Who found the most blocks.
    package func getFinders(_ request: GetFindersRequest) async throws(RPCError) -> Finders {
        try await channel.call("lode.v1.Ledger/GetFinders", request, timeout: timeout)
    }

    /// Everything that moved an account's money.
    package func getEntries(_ request: GetEntriesRequest) async throws(RPCError) -> Entries {
        try await channel.call("lode.v1.Ledger/GetEntries", request, timeout: timeout)
    }

    /// What an operator did about an address at a gateway, or was refused: into the audit log.
    package func recordBan(_ request: BanEntry) async throws(RPCError) -> Empty {
        try await channel.call("lode.v1.Ledger/RecordBan", request, timeout: timeout)
    }
}

/// Brings each call of `lode.v1.Ledger` to its handler.
package struct LedgerDispatcher<Handler: LedgerHandler>: RPCDispatcher {
    private let handler: Handler

    package init(_ handler: Handler) {
        self.handler = handler
    }

    package var methods: [String] {
        [
            "lode.v1.Ledger/RecordShares",
            "lode.v1.Ledger/RecordBlock",
            "lode.v1.Ledger/GetMiner",
            "lode.v1.Ledger/GetPool",
            "lode.v1.Ledger/GetRewardAddress",
            "lode.v1.Ledger/GetProof",
            "lode.v1.Ledger/RecordNode",
            "lode.v1.Ledger/GetFigures",
            "lode.v1.Ledger/GetAccount",
            "lode.v1.Ledger/GetSamples",
            "lode.v1.Ledger/GetWork",
            "lode.v1.Ledger/GetPayouts",
            "lode.v1.Ledger/GetFinders",
            "lode.v1.Ledger/GetEntries",
            "lode.v1.Ledger/RecordBan",
        ]
    }

    package func dispatch(_ method: String, _ payload: [UInt8]) async throws(RPCError) -> [UInt8] {
        switch method {
        case "lode.v1.Ledger/RecordShares":
            try await handler.recordShares(RecordSharesRequest(payload: payload)).encoded()
        case "lode.v1.Ledger/RecordBlock": try await handler.recordBlock(BlockReport(payload: payload)).encoded()
        case "lode.v1.Ledger/GetMiner": try await handler.getMiner(GetMinerRequest(payload: payload)).encoded()
        case "lode.v1.Ledger/GetPool": try await handler.getPool(GetPoolRequest(payload: payload)).encoded()
        case "lode.v1.Ledger/GetRewardAddress": try await handler.getRewardAddress(Empty(payload: payload)).encoded()
        case "lode.v1.Ledger/GetProof": try await handler.getProof(GetProofRequest(payload: payload)).encoded()
        case "lode.v1.Ledger/RecordNode": try await handler.recordNode(NodeState(payload: payload)).encoded()
        case "lode.v1.Ledger/GetFigures": try await handler.getFigures(GetFiguresRequest(payload: payload)).encoded()
        case "lode.v1.Ledger/GetAccount": try await handler.getAccount(GetAccountRequest(payload: payload)).encoded()
        case "lode.v1.Ledger/GetSamples": try await handler.getSamples(GetSamplesRequest(payload: payload)).encoded()
        case "lode.v1.Ledger/GetWork": try await handler.getWork(GetWorkRequest(payload: payload)).encoded()
        case "lode.v1.Ledger/GetPayouts": try await handler.getPayouts(GetPayoutsRequest(payload: payload)).encoded()
        case "lode.v1.Ledger/GetFinders": try await handler.getFinders(GetFindersRequest(payload: payload)).encoded()
        case "lode.v1.Ledger/GetEntries": try await handler.getEntries(GetEntriesRequest(payload: payload)).encoded()
        case "lode.v1.Ledger/RecordBan": try await handler.recordBan(BanEntry(payload: payload)).encoded()
        case _: throw .unknownMethod(method)
        }
    }
}

/// Proofs that met their targets, as columns: entry i of each column belongs to share i; at most 10,000
/// shares.
package struct RecordSharesRequest: WireMessage, Hashable {
    /// Counted for the miner's statistics; not money; at most 10,000.
    package var refused: [RefusedShares]
    /// At most 10,000; one may stand there twice.
    package var clients: [Client]
    /// 32 bytes a share: sha256d of the 80-byte header, internal order.
    package var proofHashes: [UInt8]
    package var jobIDs: [UInt64]
    /// Of the submission that carried it.
    package var submissionIDs: [UInt64]
    /// Expected hashes to find it, at the target that went out with its job; at least 1.
    package var works: [UInt64]
    /// Unix time.
    package var judgedAtMs: [UInt64]
    /// Index into clients.
    package var clientPlaces: [UInt32]
    /// The header's time, in seconds since 1970; 0: not known, as of shares that an older release kept on
    /// disk; empty: none is known.
    package var headerTimes: [UInt32]

    package init(
        refused: [RefusedShares] = [],
        clients: [Client] = [],
        proofHashes: [UInt8] = [],
        jobIDs: [UInt64] = [],
        submissionIDs: [UInt64] = [],
        works: [UInt64] = [],
        judgedAtMs: [UInt64] = [],
        clientPlaces: [UInt32] = [],
        headerTimes: [UInt32] = []
    ) {
        self.refused = refused
        self.clients = clients
        self.proofHashes = proofHashes
        self.jobIDs = jobIDs
        self.submissionIDs = submissionIDs
        self.works = works
        self.judgedAtMs = judgedAtMs
        self.clientPlaces = clientPlaces
        self.headerTimes = headerTimes
    }

    /// Reads the bytes of a `lode.v1.RecordSharesRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "RecordSharesRequest", lode__v1__record_shares_request__unpack) {
            raw throws(WireError) in try unsafe RecordSharesRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension RecordSharesRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__RecordSharesRequest>) throws(WireError) {
        self.init()
        refused = try unsafe RawField.items(raw.pointee.refused, count: raw.pointee.n_refused).map {
            item throws(WireError) in
            try unsafe RefusedShares(raw: RawField.pointer(item, "RecordSharesRequest.refused"))
        }
        clients = try unsafe RawField.items(raw.pointee.clients, count: raw.pointee.n_clients).map {
            item throws(WireError) in try unsafe Client(raw: RawField.pointer(item, "RecordSharesRequest.clients"))
        }
        proofHashes = unsafe RawField.bytes(raw.pointee.proof_hashes)
        jobIDs = unsafe RawField.column(raw.pointee.job_ids, count: raw.pointee.n_job_ids)
        submissionIDs = unsafe RawField.column(raw.pointee.submission_ids, count: raw.pointee.n_submission_ids)
        works = unsafe RawField.column(raw.pointee.works, count: raw.pointee.n_works)
        judgedAtMs = unsafe RawField.column(raw.pointee.judged_at_ms, count: raw.pointee.n_judged_at_ms)
        clientPlaces = unsafe RawField.column(raw.pointee.client_places, count: raw.pointee.n_client_places)
        headerTimes = unsafe RawField.column(raw.pointee.header_times, count: raw.pointee.n_header_times)
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__RecordSharesRequest {
        var raw = unsafe Lode__V1__RecordSharesRequest()
        unsafe lode__v1__record_shares_request__init(&raw)
        unsafe raw.refused = arena.list(
            refused.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) }
        )
        unsafe raw.n_refused = refused.count
        unsafe raw.clients = arena.list(
            clients.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) }
        )
        unsafe raw.n_clients = clients.count
        unsafe raw.proof_hashes = arena.bytes(proofHashes)
        unsafe raw.job_ids = arena.list(jobIDs)
        unsafe raw.n_job_ids = jobIDs.count
        unsafe raw.submission_ids = arena.list(submissionIDs)
        unsafe raw.n_submission_ids = submissionIDs.count
        unsafe raw.works = arena.list(works)
        unsafe raw.n_works = works.count
        unsafe raw.judged_at_ms = arena.list(judgedAtMs)
        unsafe raw.n_judged_at_ms = judgedAtMs.count
        unsafe raw.client_places = arena.list(clientPlaces)
        unsafe raw.n_client_places = clientPlaces.count
        unsafe raw.header_times = arena.list(headerTimes)
        unsafe raw.n_header_times = headerTimes.count
        return unsafe raw
    }
}

package struct BanEntry: WireMessage, Hashable {
    /// USER@HOST, as the command says it: one line of 1 to 200 bytes.
    package var operatorName: String
    /// IP address or network, at most 100 bytes.
    package var address: String
    /// 0: the ban was lifted.
    package var seconds: UInt64
    /// At most 1,000 bytes.
    package var reason: String
    /// Why nothing came of it, at most 1,000 bytes; empty when it was done.
    package var refusal: String

    package init(
        operatorName: String = "",
        address: String = "",
        seconds: UInt64 = 0,
        reason: String = "",
        refusal: String = ""
    ) {
        self.operatorName = operatorName
        self.address = address
        self.seconds = seconds
        self.reason = reason
        self.refusal = refusal
    }

    /// Reads the bytes of a `lode.v1.BanEntry`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "BanEntry", lode__v1__ban_entry__unpack) {
            raw throws(WireError) in try unsafe BanEntry(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension BanEntry {
    @unsafe init(raw: UnsafePointer<Lode__V1__BanEntry>) throws(WireError) {
        self.init()
        operatorName = try unsafe RawField.text(raw.pointee.operator_name, "BanEntry.operator_name")
        address = try unsafe RawField.text(raw.pointee.address, "BanEntry.address")
        seconds = unsafe raw.pointee.seconds
        reason = try unsafe RawField.text(raw.pointee.reason, "BanEntry.reason")
        refusal = try unsafe RawField.text(raw.pointee.refusal, "BanEntry.refusal")
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__BanEntry {
        var raw = unsafe Lode__V1__BanEntry()
        unsafe lode__v1__ban_entry__init(&raw)
        unsafe raw.operator_name = arena.text(operatorName)
        unsafe raw.address = arena.text(address)
        unsafe raw.seconds = seconds
        unsafe raw.reason = arena.text(reason)
        unsafe raw.refusal = arena.text(refusal)
        return unsafe raw
    }
}

package struct RefusedShares: WireMessage, Hashable {
    package var client: Client?
    package var stale: UInt32
    /// Refused for any reason but stale.
    package var other: UInt32

    package init(
        client: Client? = nil,
        stale: UInt32 = 0,
        other: UInt32 = 0
    ) {
        self.client = client
        self.stale = stale
        self.other = other
    }

    /// Reads the bytes of a `lode.v1.RefusedShares`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "RefusedShares", lode__v1__refused_shares__unpack) {
            raw throws(WireError) in try unsafe RefusedShares(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension RefusedShares {
    @unsafe init(raw: UnsafePointer<Lode__V1__RefusedShares>) throws(WireError) {
        self.init()
        if let item = unsafe raw.pointee.client { client = try unsafe Client(raw: item) }
        stale = unsafe raw.pointee.stale
        other = unsafe raw.pointee.other
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__RefusedShares {
        var raw = unsafe Lode__V1__RefusedShares()
        unsafe lode__v1__refused_shares__init(&raw)
        if let client { unsafe raw.client = arena.place(client.raw(in: arena)) }
        unsafe raw.stale = stale
        unsafe raw.other = other
        return unsafe raw
    }
}

package struct RecordSharesReply: WireMessage, Hashable {
    /// Rising places of the shares whose proof another submission brought first; all others are recorded,
    /// now, or before by the same submission.
    package var duplicatePlaces: [UInt32]

    package init(
        duplicatePlaces: [UInt32] = []
    ) {
        self.duplicatePlaces = duplicatePlaces
    }

    /// Reads the bytes of a `lode.v1.RecordSharesReply`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "RecordSharesReply", lode__v1__record_shares_reply__unpack) {
            raw throws(WireError) in try unsafe RecordSharesReply(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension RecordSharesReply {
    @unsafe init(raw: UnsafePointer<Lode__V1__RecordSharesReply>) throws(WireError) {
        self.init()
        duplicatePlaces = unsafe RawField.column(raw.pointee.duplicate_places, count: raw.pointee.n_duplicate_places)
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__RecordSharesReply {
        var raw = unsafe Lode__V1__RecordSharesReply()
        unsafe lode__v1__record_shares_reply__init(&raw)
        unsafe raw.duplicate_places = arena.list(duplicatePlaces)
        unsafe raw.n_duplicate_places = duplicatePlaces.count
        return unsafe raw
    }
}

package struct BlockReport: WireMessage, Hashable {
    /// 32 bytes: sha256d of the header, internal order; the finding share's proof hash.
    package var hash: [UInt8]
    package var height: UInt32
    package var jobID: UInt64
    package var finder: Client?
    package var state: BlockState
    /// The block itself counted; 0 when not on the best chain.
    package var confirmations: UInt32
    /// Base units.
    package var reward: UInt64
    /// 32 bytes, big-endian number.
    package var networkTarget: [UInt8]
    /// Unix time.
    package var foundAtMs: UInt64
    /// Why a node rejected it; else empty.
    package var reason: String
    /// Unix time when the chain was asked: a report that is older than the last one changes nothing.
    package var seenAtMs: UInt64

    package init(
        hash: [UInt8] = [],
        height: UInt32 = 0,
        jobID: UInt64 = 0,
        finder: Client? = nil,
        state: BlockState = .unspecified,
        confirmations: UInt32 = 0,
        reward: UInt64 = 0,
        networkTarget: [UInt8] = [],
        foundAtMs: UInt64 = 0,
        reason: String = "",
        seenAtMs: UInt64 = 0
    ) {
        self.hash = hash
        self.height = height
        self.jobID = jobID
        self.finder = finder
        self.state = state
        self.confirmations = confirmations
        self.reward = reward
        self.networkTarget = networkTarget
        self.foundAtMs = foundAtMs
        self.reason = reason
        self.seenAtMs = seenAtMs
    }

    /// Reads the bytes of a `lode.v1.BlockReport`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "BlockReport", lode__v1__block_report__unpack) {
            raw throws(WireError) in try unsafe BlockReport(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension BlockReport {
    @unsafe init(raw: UnsafePointer<Lode__V1__BlockReport>) throws(WireError) {
        self.init()
        hash = unsafe RawField.bytes(raw.pointee.hash)
        height = unsafe raw.pointee.height
        jobID = unsafe raw.pointee.job_id
        if let item = unsafe raw.pointee.finder { finder = try unsafe Client(raw: item) }
        state = unsafe BlockState(number: raw.pointee.state.rawValue)
        confirmations = unsafe raw.pointee.confirmations
        reward = unsafe raw.pointee.reward
        networkTarget = unsafe RawField.bytes(raw.pointee.network_target)
        foundAtMs = unsafe raw.pointee.found_at_ms
        reason = try unsafe RawField.text(raw.pointee.reason, "BlockReport.reason")
        seenAtMs = unsafe raw.pointee.seen_at_ms
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__BlockReport {
        var raw = unsafe Lode__V1__BlockReport()
        unsafe lode__v1__block_report__init(&raw)
        unsafe raw.hash = arena.bytes(hash)
        unsafe raw.height = height
        unsafe raw.job_id = jobID
        if let finder { unsafe raw.finder = arena.place(finder.raw(in: arena)) }
        unsafe raw.state = Lode__V1__BlockState(rawValue: state.rawValue)
        unsafe raw.confirmations = confirmations
        unsafe raw.reward = reward
        unsafe raw.network_target = arena.bytes(networkTarget)
        unsafe raw.found_at_ms = foundAtMs
        unsafe raw.reason = arena.text(reason)
        unsafe raw.seen_at_ms = seenAtMs
        return unsafe raw
    }
}

package struct RecordBlockReply: WireMessage, Hashable {
    /// What the ledger holds now.
    package var stage: BlockStage

    package init(
        stage: BlockStage = .unspecified
    ) {
        self.stage = stage
    }

    /// Reads the bytes of a `lode.v1.RecordBlockReply`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "RecordBlockReply", lode__v1__record_block_reply__unpack) {
            raw throws(WireError) in try unsafe RecordBlockReply(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension RecordBlockReply {
    @unsafe init(raw: UnsafePointer<Lode__V1__RecordBlockReply>) throws(WireError) {
        self.init()
        stage = unsafe BlockStage(number: raw.pointee.stage.rawValue)
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__RecordBlockReply {
        var raw = unsafe Lode__V1__RecordBlockReply()
        unsafe lode__v1__record_block_reply__init(&raw)
        unsafe raw.stage = Lode__V1__BlockStage(rawValue: stage.rawValue)
        return unsafe raw
    }
}

package struct GetMinerRequest: WireMessage, Hashable {
    package var address: String
    /// Whose shares are counted; empty: all of the account's workers.
    package var worker: String

    package init(
        address: String = "",
        worker: String = ""
    ) {
        self.address = address
        self.worker = worker
    }

    /// Reads the bytes of a `lode.v1.GetMinerRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "GetMinerRequest", lode__v1__get_miner_request__unpack) {
            raw throws(WireError) in try unsafe GetMinerRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension GetMinerRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__GetMinerRequest>) throws(WireError) {
        self.init()
        address = try unsafe RawField.text(raw.pointee.address, "GetMinerRequest.address")
        worker = try unsafe RawField.text(raw.pointee.worker, "GetMinerRequest.worker")
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__GetMinerRequest {
        var raw = unsafe Lode__V1__GetMinerRequest()
        unsafe lode__v1__get_miner_request__init(&raw)
        unsafe raw.address = arena.text(address)
        unsafe raw.worker = arena.text(worker)
        return unsafe raw
    }
}

package struct MinerStatement: WireMessage, Hashable {
    package var accepted: UInt64
    /// All reasons but stale.
    package var rejected: UInt64
    package var stale: UInt64
    /// Base units, of the account.
    package var immature: UInt64
    /// Base units, of the account: confirmed and reserved, not yet paid.
    package var confirmed: UInt64
    /// Base units, of the account.
    package var paid: UInt64
    /// Newest first, at most 100.
    package var payouts: [PayoutEntry]
    /// Work of the shares of the last ten minutes.
    package var recentWork: UInt64
    /// Base units that the account owes the pool; taken from what matures next.
    package var debt: UInt64

    package init(
        accepted: UInt64 = 0,
        rejected: UInt64 = 0,
        stale: UInt64 = 0,
        immature: UInt64 = 0,
        confirmed: UInt64 = 0,
        paid: UInt64 = 0,
        payouts: [PayoutEntry] = [],
        recentWork: UInt64 = 0,
        debt: UInt64 = 0
    ) {
        self.accepted = accepted
        self.rejected = rejected
        self.stale = stale
        self.immature = immature
        self.confirmed = confirmed
        self.paid = paid
        self.payouts = payouts
        self.recentWork = recentWork
        self.debt = debt
    }

    /// Reads the bytes of a `lode.v1.MinerStatement`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "MinerStatement", lode__v1__miner_statement__unpack) {
            raw throws(WireError) in try unsafe MinerStatement(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension MinerStatement {
    @unsafe init(raw: UnsafePointer<Lode__V1__MinerStatement>) throws(WireError) {
        self.init()
        accepted = unsafe raw.pointee.accepted
        rejected = unsafe raw.pointee.rejected
        stale = unsafe raw.pointee.stale
        immature = unsafe raw.pointee.immature
        confirmed = unsafe raw.pointee.confirmed
        paid = unsafe raw.pointee.paid
        payouts = try unsafe RawField.items(raw.pointee.payouts, count: raw.pointee.n_payouts).map {
            item throws(WireError) in try unsafe PayoutEntry(raw: RawField.pointer(item, "MinerStatement.payouts"))
        }
        recentWork = unsafe raw.pointee.recent_work
        debt = unsafe raw.pointee.debt
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__MinerStatement {
        var raw = unsafe Lode__V1__MinerStatement()
        unsafe lode__v1__miner_statement__init(&raw)
        unsafe raw.accepted = accepted
        unsafe raw.rejected = rejected
        unsafe raw.stale = stale
        unsafe raw.immature = immature
        unsafe raw.confirmed = confirmed
        unsafe raw.paid = paid
        unsafe raw.payouts = arena.list(
            payouts.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) }
        )
        unsafe raw.n_payouts = payouts.count
        unsafe raw.recent_work = recentWork
        unsafe raw.debt = debt
        return unsafe raw
    }
}

package struct PayoutEntry: WireMessage, Hashable {
    /// Display order; empty until signed.
    package var txid: String
    /// Base units to this account.
    package var amount: UInt64
    /// Planned, reserved, signed, broadcast, confirmed, stopped.
    package var state: String
    /// Unix time.
    package var createdAtMs: UInt64

    package init(
        txid: String = "",
        amount: UInt64 = 0,
        state: String = "",
        createdAtMs: UInt64 = 0
    ) {
        self.txid = txid
        self.amount = amount
        self.state = state
        self.createdAtMs = createdAtMs
    }

    /// Reads the bytes of a `lode.v1.PayoutEntry`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "PayoutEntry", lode__v1__payout_entry__unpack) {
            raw throws(WireError) in try unsafe PayoutEntry(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension PayoutEntry {
    @unsafe init(raw: UnsafePointer<Lode__V1__PayoutEntry>) throws(WireError) {
        self.init()
        txid = try unsafe RawField.text(raw.pointee.txid, "PayoutEntry.txid")
        amount = unsafe raw.pointee.amount
        state = try unsafe RawField.text(raw.pointee.state, "PayoutEntry.state")
        createdAtMs = unsafe raw.pointee.created_at_ms
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__PayoutEntry {
        var raw = unsafe Lode__V1__PayoutEntry()
        unsafe lode__v1__payout_entry__init(&raw)
        unsafe raw.txid = arena.text(txid)
        unsafe raw.amount = amount
        unsafe raw.state = arena.text(state)
        unsafe raw.created_at_ms = createdAtMs
        return unsafe raw
    }
}

package struct GetPoolRequest: WireMessage, Hashable {
    /// How many of the newest blocks to list, at most 100.
    package var blocks: UInt32

    package init(
        blocks: UInt32 = 0
    ) {
        self.blocks = blocks
    }

    /// Reads the bytes of a `lode.v1.GetPoolRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "GetPoolRequest", lode__v1__get_pool_request__unpack) {
            raw throws(WireError) in try unsafe GetPoolRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension GetPoolRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__GetPoolRequest>) throws(WireError) {
        self.init()
        blocks = unsafe raw.pointee.blocks
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__GetPoolRequest {
        var raw = unsafe Lode__V1__GetPoolRequest()
        unsafe lode__v1__get_pool_request__init(&raw)
        unsafe raw.blocks = blocks
        return unsafe raw
    }
}

package struct PoolStatement: WireMessage, Hashable {
    /// Newest first.
    package var blocks: [BlockEntry]
    /// Ever recorded.
    package var shares: UInt64
    /// Work of the shares of the last ten minutes.
    package var recentWork: UInt64
    /// Each kind of account's balance.
    package var sums: [LedgerSum]

    package init(
        blocks: [BlockEntry] = [],
        shares: UInt64 = 0,
        recentWork: UInt64 = 0,
        sums: [LedgerSum] = []
    ) {
        self.blocks = blocks
        self.shares = shares
        self.recentWork = recentWork
        self.sums = sums
    }

    /// Reads the bytes of a `lode.v1.PoolStatement`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "PoolStatement", lode__v1__pool_statement__unpack) {
            raw throws(WireError) in try unsafe PoolStatement(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension PoolStatement {
    @unsafe init(raw: UnsafePointer<Lode__V1__PoolStatement>) throws(WireError) {
        self.init()
        blocks = try unsafe RawField.items(raw.pointee.blocks, count: raw.pointee.n_blocks).map {
            item throws(WireError) in try unsafe BlockEntry(raw: RawField.pointer(item, "PoolStatement.blocks"))
        }
        shares = unsafe raw.pointee.shares
        recentWork = unsafe raw.pointee.recent_work
        sums = try unsafe RawField.items(raw.pointee.sums, count: raw.pointee.n_sums).map { item throws(WireError) in
            try unsafe LedgerSum(raw: RawField.pointer(item, "PoolStatement.sums"))
        }
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__PoolStatement {
        var raw = unsafe Lode__V1__PoolStatement()
        unsafe lode__v1__pool_statement__init(&raw)
        unsafe raw.blocks = arena.list(
            blocks.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) }
        )
        unsafe raw.n_blocks = blocks.count
        unsafe raw.shares = shares
        unsafe raw.recent_work = recentWork
        unsafe raw.sums = arena.list(sums.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) })
        unsafe raw.n_sums = sums.count
        return unsafe raw
    }
}

package struct BlockEntry: WireMessage, Hashable {
    package var height: UInt32
    /// 32 bytes, internal order.
    package var hash: [UInt8]
    package var state: BlockState
    package var stage: BlockStage
    /// Base units.
    package var reward: UInt64
    package var foundAtMs: UInt64
    package var confirmations: UInt32
    /// Its address; empty when nobody is known.
    package var finder: String
    package var finderWorker: String
    /// 16 bytes, big-endian: expected hashes to find it.
    package var networkWork: [UInt8]
    /// 32 bytes: the root of what everybody was credited; empty before the first credit.
    package var proofRoot: [UInt8]

    package init(
        height: UInt32 = 0,
        hash: [UInt8] = [],
        state: BlockState = .unspecified,
        stage: BlockStage = .unspecified,
        reward: UInt64 = 0,
        foundAtMs: UInt64 = 0,
        confirmations: UInt32 = 0,
        finder: String = "",
        finderWorker: String = "",
        networkWork: [UInt8] = [],
        proofRoot: [UInt8] = []
    ) {
        self.height = height
        self.hash = hash
        self.state = state
        self.stage = stage
        self.reward = reward
        self.foundAtMs = foundAtMs
        self.confirmations = confirmations
        self.finder = finder
        self.finderWorker = finderWorker
        self.networkWork = networkWork
        self.proofRoot = proofRoot
    }

    /// Reads the bytes of a `lode.v1.BlockEntry`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "BlockEntry", lode__v1__block_entry__unpack) {
            raw throws(WireError) in try unsafe BlockEntry(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension BlockEntry {
    @unsafe init(raw: UnsafePointer<Lode__V1__BlockEntry>) throws(WireError) {
        self.init()
        height = unsafe raw.pointee.height
        hash = unsafe RawField.bytes(raw.pointee.hash)
        state = unsafe BlockState(number: raw.pointee.state.rawValue)
        stage = unsafe BlockStage(number: raw.pointee.stage.rawValue)
        reward = unsafe raw.pointee.reward
        foundAtMs = unsafe raw.pointee.found_at_ms
        confirmations = unsafe raw.pointee.confirmations
        finder = try unsafe RawField.text(raw.pointee.finder, "BlockEntry.finder")
        finderWorker = try unsafe RawField.text(raw.pointee.finder_worker, "BlockEntry.finder_worker")
        networkWork = unsafe RawField.bytes(raw.pointee.network_work)
        proofRoot = unsafe RawField.bytes(raw.pointee.proof_root)
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__BlockEntry {
        var raw = unsafe Lode__V1__BlockEntry()
        unsafe lode__v1__block_entry__init(&raw)
        unsafe raw.height = height
        unsafe raw.hash = arena.bytes(hash)
        unsafe raw.state = Lode__V1__BlockState(rawValue: state.rawValue)
        unsafe raw.stage = Lode__V1__BlockStage(rawValue: stage.rawValue)
        unsafe raw.reward = reward
        unsafe raw.found_at_ms = foundAtMs
        unsafe raw.confirmations = confirmations
        unsafe raw.finder = arena.text(finder)
        unsafe raw.finder_worker = arena.text(finderWorker)
        unsafe raw.network_work = arena.bytes(networkWork)
        unsafe raw.proof_root = arena.bytes(proofRoot)
        return unsafe raw
    }
}

package struct LedgerSum: WireMessage, Hashable {
    /// Immature, confirmed, reserved, paid, fee, chain, network_fee.
    package var bucket: String
    /// Base units; all buckets together are zero.
    package var balance: Int64

    package init(
        bucket: String = "",
        balance: Int64 = 0
    ) {
        self.bucket = bucket
        self.balance = balance
    }

    /// Reads the bytes of a `lode.v1.LedgerSum`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "LedgerSum", lode__v1__ledger_sum__unpack) {
            raw throws(WireError) in try unsafe LedgerSum(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension LedgerSum {
    @unsafe init(raw: UnsafePointer<Lode__V1__LedgerSum>) throws(WireError) {
        self.init()
        bucket = try unsafe RawField.text(raw.pointee.bucket, "LedgerSum.bucket")
        balance = unsafe raw.pointee.balance
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__LedgerSum {
        var raw = unsafe Lode__V1__LedgerSum()
        unsafe lode__v1__ledger_sum__init(&raw)
        unsafe raw.bucket = arena.text(bucket)
        unsafe raw.balance = balance
        return unsafe raw
    }
}

package struct RewardAddress: WireMessage, Hashable {
    package var address: String

    package init(
        address: String = ""
    ) {
        self.address = address
    }

    /// Reads the bytes of a `lode.v1.RewardAddress`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "RewardAddress", lode__v1__reward_address__unpack) {
            raw throws(WireError) in try unsafe RewardAddress(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension RewardAddress {
    @unsafe init(raw: UnsafePointer<Lode__V1__RewardAddress>) throws(WireError) {
        self.init()
        address = try unsafe RawField.text(raw.pointee.address, "RewardAddress.address")
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__RewardAddress {
        var raw = unsafe Lode__V1__RewardAddress()
        unsafe lode__v1__reward_address__init(&raw)
        unsafe raw.address = arena.text(address)
        return unsafe raw
    }
}

package struct GetProofRequest: WireMessage, Hashable {
    /// 32 bytes, internal order.
    package var block: [UInt8]
    /// Empty: the pool's fee.
    package var address: String

    package init(
        block: [UInt8] = [],
        address: String = ""
    ) {
        self.block = block
        self.address = address
    }

    /// Reads the bytes of a `lode.v1.GetProofRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "GetProofRequest", lode__v1__get_proof_request__unpack) {
            raw throws(WireError) in try unsafe GetProofRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension GetProofRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__GetProofRequest>) throws(WireError) {
        self.init()
        block = unsafe RawField.bytes(raw.pointee.block)
        address = try unsafe RawField.text(raw.pointee.address, "GetProofRequest.address")
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__GetProofRequest {
        var raw = unsafe Lode__V1__GetProofRequest()
        unsafe lode__v1__get_proof_request__init(&raw)
        unsafe raw.block = arena.bytes(block)
        unsafe raw.address = arena.text(address)
        return unsafe raw
    }
}

/// A path in a block's Merkle-sum tree; docs/protocol.md has the whole of it.
package struct BlockProof: WireMessage, Hashable {
    package var height: UInt32
    /// How the reward was split; empty when that is not known.
    package var scheme: String
    /// As asked for.
    package var address: String
    /// 16 bytes, big-endian number of expected hashes.
    package var leafWork: [UInt8]
    /// Base units.
    package var leafAmount: UInt64
    /// 16 bytes.
    package var leafSalt: [UInt8]
    /// 32 bytes.
    package var leafHash: [UInt8]
    package var leafIndex: UInt64
    package var leafCount: UInt64
    /// From the leaf's neighbour upwards, at most 64.
    package var path: [ProofStep]
    /// 16 bytes, of the whole block.
    package var work: [UInt8]
    /// Base units.
    package var reward: UInt64
    /// 32 bytes.
    package var root: [UInt8]
    /// The pool's fee, which stands under the same root at index 0.
    package var feeAmount: UInt64
    /// 16 bytes.
    package var feeSalt: [UInt8]
    /// 32 bytes.
    package var feeHash: [UInt8]
    /// From the fee's neighbour upwards, at most 64.
    package var feePath: [ProofStep]

    package init(
        height: UInt32 = 0,
        scheme: String = "",
        address: String = "",
        leafWork: [UInt8] = [],
        leafAmount: UInt64 = 0,
        leafSalt: [UInt8] = [],
        leafHash: [UInt8] = [],
        leafIndex: UInt64 = 0,
        leafCount: UInt64 = 0,
        path: [ProofStep] = [],
        work: [UInt8] = [],
        reward: UInt64 = 0,
        root: [UInt8] = [],
        feeAmount: UInt64 = 0,
        feeSalt: [UInt8] = [],
        feeHash: [UInt8] = [],
        feePath: [ProofStep] = []
    ) {
        self.height = height
        self.scheme = scheme
        self.address = address
        self.leafWork = leafWork
        self.leafAmount = leafAmount
        self.leafSalt = leafSalt
        self.leafHash = leafHash
        self.leafIndex = leafIndex
        self.leafCount = leafCount
        self.path = path
        self.work = work
        self.reward = reward
        self.root = root
        self.feeAmount = feeAmount
        self.feeSalt = feeSalt
        self.feeHash = feeHash
        self.feePath = feePath
    }

    /// Reads the bytes of a `lode.v1.BlockProof`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "BlockProof", lode__v1__block_proof__unpack) {
            raw throws(WireError) in try unsafe BlockProof(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension BlockProof {
    @unsafe init(raw: UnsafePointer<Lode__V1__BlockProof>) throws(WireError) {
        self.init()
        height = unsafe raw.pointee.height
        scheme = try unsafe RawField.text(raw.pointee.scheme, "BlockProof.scheme")
        address = try unsafe RawField.text(raw.pointee.address, "BlockProof.address")
        leafWork = unsafe RawField.bytes(raw.pointee.leaf_work)
        leafAmount = unsafe raw.pointee.leaf_amount
        leafSalt = unsafe RawField.bytes(raw.pointee.leaf_salt)
        leafHash = unsafe RawField.bytes(raw.pointee.leaf_hash)
        leafIndex = unsafe raw.pointee.leaf_index
        leafCount = unsafe raw.pointee.leaf_count
        path = try unsafe RawField.items(raw.pointee.path, count: raw.pointee.n_path).map { item throws(WireError) in
            try unsafe ProofStep(raw: RawField.pointer(item, "BlockProof.path"))
        }
        work = unsafe RawField.bytes(raw.pointee.work)
        reward = unsafe raw.pointee.reward
        root = unsafe RawField.bytes(raw.pointee.root)
        feeAmount = unsafe raw.pointee.fee_amount
        feeSalt = unsafe RawField.bytes(raw.pointee.fee_salt)
        feeHash = unsafe RawField.bytes(raw.pointee.fee_hash)
        feePath = try unsafe RawField.items(raw.pointee.fee_path, count: raw.pointee.n_fee_path).map {
            item throws(WireError) in try unsafe ProofStep(raw: RawField.pointer(item, "BlockProof.fee_path"))
        }
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__BlockProof {
        var raw = unsafe Lode__V1__BlockProof()
        unsafe lode__v1__block_proof__init(&raw)
        unsafe raw.height = height
        unsafe raw.scheme = arena.text(scheme)
        unsafe raw.address = arena.text(address)
        unsafe raw.leaf_work = arena.bytes(leafWork)
        unsafe raw.leaf_amount = leafAmount
        unsafe raw.leaf_salt = arena.bytes(leafSalt)
        unsafe raw.leaf_hash = arena.bytes(leafHash)
        unsafe raw.leaf_index = leafIndex
        unsafe raw.leaf_count = leafCount
        unsafe raw.path = arena.list(path.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) })
        unsafe raw.n_path = path.count
        unsafe raw.work = arena.bytes(work)
        unsafe raw.reward = reward
        unsafe raw.root = arena.bytes(root)
        unsafe raw.fee_amount = feeAmount
        unsafe raw.fee_salt = arena.bytes(feeSalt)
        unsafe raw.fee_hash = arena.bytes(feeHash)
        unsafe raw.fee_path = arena.list(
            feePath.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) }
        )
        unsafe raw.n_fee_path = feePath.count
        return unsafe raw
    }
}

package struct ProofStep: WireMessage, Hashable {
    /// The neighbour stands to the left of the path.
    package var isLeft: Bool
    /// 32 bytes.
    package var hash: [UInt8]
    /// 16 bytes, big-endian.
    package var work: [UInt8]
    /// Base units.
    package var amount: UInt64

    package init(
        isLeft: Bool = false,
        hash: [UInt8] = [],
        work: [UInt8] = [],
        amount: UInt64 = 0
    ) {
        self.isLeft = isLeft
        self.hash = hash
        self.work = work
        self.amount = amount
    }

    /// Reads the bytes of a `lode.v1.ProofStep`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "ProofStep", lode__v1__proof_step__unpack) {
            raw throws(WireError) in try unsafe ProofStep(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension ProofStep {
    @unsafe init(raw: UnsafePointer<Lode__V1__ProofStep>) throws(WireError) {
        self.init()
        isLeft = unsafe raw.pointee.is_left != 0
        hash = unsafe RawField.bytes(raw.pointee.hash)
        work = unsafe RawField.bytes(raw.pointee.work)
        amount = unsafe raw.pointee.amount
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__ProofStep {
        var raw = unsafe Lode__V1__ProofStep()
        unsafe lode__v1__proof_step__init(&raw)
        unsafe raw.is_left = isLeft ? 1 : 0
        unsafe raw.hash = arena.bytes(hash)
        unsafe raw.work = arena.bytes(work)
        unsafe raw.amount = amount
        return unsafe raw
    }
}

/// How far a block's money has come.
package enum BlockStage: UInt32, CaseIterable, Sendable {
    case unspecified = 0
    /// Nothing credited.
    case candidate = 1
    /// Credited, not spendable.
    case immature = 2
    /// Credited and spendable.
    case confirmed = 3
    /// Every credit reversed.
    case orphaned = 4
    case rejected = 5

    /// A number from a newer peer reads as `unspecified`.
    init(number: UInt32) {
        self = Self(rawValue: number) ?? .unspecified
    }
}
