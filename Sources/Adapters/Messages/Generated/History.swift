// Written by script/proto from lode/v1/history.proto: change that file, not this one.

internal import CMessages
internal import CProtobufC

/// The best chain as a watcher's nodes have it.
package struct NodeState: WireMessage, Hashable {
    /// Of the watcher's replica; empty for the only one.
    package var name: String
    package var height: UInt32
    /// 32 bytes, internal order.
    package var tip: [UInt8]
    /// Unix time.
    package var seenAtMs: UInt64

    package init(
        name: String = "",
        height: UInt32 = 0,
        tip: [UInt8] = [],
        seenAtMs: UInt64 = 0
    ) {
        self.name = name
        self.height = height
        self.tip = tip
        self.seenAtMs = seenAtMs
    }

    /// Reads the bytes of a `lode.v1.NodeState`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "NodeState", lode__v1__node_state__unpack) {
            raw throws(WireError) in try unsafe NodeState(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension NodeState {
    @unsafe init(raw: UnsafePointer<Lode__V1__NodeState>) throws(WireError) {
        self.init()
        name = try unsafe RawField.text(raw.pointee.name, "NodeState.name")
        height = unsafe raw.pointee.height
        tip = unsafe RawField.bytes(raw.pointee.tip)
        seenAtMs = unsafe raw.pointee.seen_at_ms
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__NodeState {
        var raw = unsafe Lode__V1__NodeState()
        unsafe lode__v1__node_state__init(&raw)
        unsafe raw.name = arena.text(name)
        unsafe raw.height = height
        unsafe raw.tip = arena.bytes(tip)
        unsafe raw.seen_at_ms = seenAtMs
        return unsafe raw
    }
}

package struct GetFiguresRequest: WireMessage, Hashable {
    package init() {}

    /// Reads the bytes of a `lode.v1.GetFiguresRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "GetFiguresRequest", lode__v1__get_figures_request__unpack) {
            raw throws(WireError) in try unsafe GetFiguresRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension GetFiguresRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__GetFiguresRequest>) throws(WireError) {
        self.init()
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__GetFiguresRequest {
        var raw = unsafe Lode__V1__GetFiguresRequest()
        unsafe lode__v1__get_figures_request__init(&raw)
        return unsafe raw
    }
}

package struct PoolFigures: WireMessage, Hashable {
    /// Of the round under way: since the newest block that is credited or on the chain.
    package var roundWork: [UInt8]
    /// That ever had a share.
    package var accounts: UInt64
    /// That had a share in the last ten minutes.
    package var workers: UInt64
    /// Unix time; 0: none yet.
    package var lastBlockAtMs: UInt64
    /// Found ever, but for rejected and orphaned ones.
    package var blocks: UInt64
    /// Base units, to all miners ever.
    package var paid: UInt64
    /// Neither confirmed nor cancelled.
    package var payoutsPending: UInt64
    /// At most 16, by name.
    package var nodes: [NodeState]

    package init(
        roundWork: [UInt8] = [],
        accounts: UInt64 = 0,
        workers: UInt64 = 0,
        lastBlockAtMs: UInt64 = 0,
        blocks: UInt64 = 0,
        paid: UInt64 = 0,
        payoutsPending: UInt64 = 0,
        nodes: [NodeState] = []
    ) {
        self.roundWork = roundWork
        self.accounts = accounts
        self.workers = workers
        self.lastBlockAtMs = lastBlockAtMs
        self.blocks = blocks
        self.paid = paid
        self.payoutsPending = payoutsPending
        self.nodes = nodes
    }

    /// Reads the bytes of a `lode.v1.PoolFigures`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "PoolFigures", lode__v1__pool_figures__unpack) {
            raw throws(WireError) in try unsafe PoolFigures(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension PoolFigures {
    @unsafe init(raw: UnsafePointer<Lode__V1__PoolFigures>) throws(WireError) {
        self.init()
        roundWork = unsafe RawField.bytes(raw.pointee.round_work)
        accounts = unsafe raw.pointee.accounts
        workers = unsafe raw.pointee.workers
        lastBlockAtMs = unsafe raw.pointee.last_block_at_ms
        blocks = unsafe raw.pointee.blocks
        paid = unsafe raw.pointee.paid
        payoutsPending = unsafe raw.pointee.payouts_pending
        nodes = try unsafe RawField.items(raw.pointee.nodes, count: raw.pointee.n_nodes).map { item throws(WireError) in
            try unsafe NodeState(raw: RawField.pointer(item, "PoolFigures.nodes"))
        }
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__PoolFigures {
        var raw = unsafe Lode__V1__PoolFigures()
        unsafe lode__v1__pool_figures__init(&raw)
        unsafe raw.round_work = arena.bytes(roundWork)
        unsafe raw.accounts = accounts
        unsafe raw.workers = workers
        unsafe raw.last_block_at_ms = lastBlockAtMs
        unsafe raw.blocks = blocks
        unsafe raw.paid = paid
        unsafe raw.payouts_pending = payoutsPending
        unsafe raw.nodes = arena.list(nodes.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) })
        unsafe raw.n_nodes = nodes.count
        return unsafe raw
    }
}

package struct GetAccountRequest: WireMessage, Hashable {
    package var address: String

    package init(
        address: String = ""
    ) {
        self.address = address
    }

    /// Reads the bytes of a `lode.v1.GetAccountRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "GetAccountRequest", lode__v1__get_account_request__unpack) {
            raw throws(WireError) in try unsafe GetAccountRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension GetAccountRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__GetAccountRequest>) throws(WireError) {
        self.init()
        address = try unsafe RawField.text(raw.pointee.address, "GetAccountRequest.address")
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__GetAccountRequest {
        var raw = unsafe Lode__V1__GetAccountRequest()
        unsafe lode__v1__get_account_request__init(&raw)
        unsafe raw.address = arena.text(address)
        return unsafe raw
    }
}

package struct AccountFigures: WireMessage, Hashable {
    /// Unix time; 0: none yet.
    package var lastShareAtMs: UInt64
    /// The latest to send a share first, at most 1,000.
    package var workers: [WorkerFigures]

    package init(
        lastShareAtMs: UInt64 = 0,
        workers: [WorkerFigures] = []
    ) {
        self.lastShareAtMs = lastShareAtMs
        self.workers = workers
    }

    /// Reads the bytes of a `lode.v1.AccountFigures`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "AccountFigures", lode__v1__account_figures__unpack) {
            raw throws(WireError) in try unsafe AccountFigures(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension AccountFigures {
    @unsafe init(raw: UnsafePointer<Lode__V1__AccountFigures>) throws(WireError) {
        self.init()
        lastShareAtMs = unsafe raw.pointee.last_share_at_ms
        workers = try unsafe RawField.items(raw.pointee.workers, count: raw.pointee.n_workers).map {
            item throws(WireError) in try unsafe WorkerFigures(raw: RawField.pointer(item, "AccountFigures.workers"))
        }
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__AccountFigures {
        var raw = unsafe Lode__V1__AccountFigures()
        unsafe lode__v1__account_figures__init(&raw)
        unsafe raw.last_share_at_ms = lastShareAtMs
        unsafe raw.workers = arena.list(
            workers.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) }
        )
        unsafe raw.n_workers = workers.count
        return unsafe raw
    }
}

package struct WorkerFigures: WireMessage, Hashable {
    package var name: String
    package var accepted: UInt64
    package var stale: UInt64
    /// All reasons but stale.
    package var rejected: UInt64
    /// Unix time; 0: none yet.
    package var lastShareAtMs: UInt64
    /// Hashes per second over the last ten minutes.
    package var hashrate: UInt64

    package init(
        name: String = "",
        accepted: UInt64 = 0,
        stale: UInt64 = 0,
        rejected: UInt64 = 0,
        lastShareAtMs: UInt64 = 0,
        hashrate: UInt64 = 0
    ) {
        self.name = name
        self.accepted = accepted
        self.stale = stale
        self.rejected = rejected
        self.lastShareAtMs = lastShareAtMs
        self.hashrate = hashrate
    }

    /// Reads the bytes of a `lode.v1.WorkerFigures`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "WorkerFigures", lode__v1__worker_figures__unpack) {
            raw throws(WireError) in try unsafe WorkerFigures(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension WorkerFigures {
    @unsafe init(raw: UnsafePointer<Lode__V1__WorkerFigures>) throws(WireError) {
        self.init()
        name = try unsafe RawField.text(raw.pointee.name, "WorkerFigures.name")
        accepted = unsafe raw.pointee.accepted
        stale = unsafe raw.pointee.stale
        rejected = unsafe raw.pointee.rejected
        lastShareAtMs = unsafe raw.pointee.last_share_at_ms
        hashrate = unsafe raw.pointee.hashrate
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__WorkerFigures {
        var raw = unsafe Lode__V1__WorkerFigures()
        unsafe lode__v1__worker_figures__init(&raw)
        unsafe raw.name = arena.text(name)
        unsafe raw.accepted = accepted
        unsafe raw.stale = stale
        unsafe raw.rejected = rejected
        unsafe raw.last_share_at_ms = lastShareAtMs
        unsafe raw.hashrate = hashrate
        return unsafe raw
    }
}

package struct GetSamplesRequest: WireMessage, Hashable {
    /// Empty: the pool.
    package var address: String
    /// Empty: the whole account.
    package var worker: String
    /// How far back, at most 720.
    package var hours: UInt32

    package init(
        address: String = "",
        worker: String = "",
        hours: UInt32 = 0
    ) {
        self.address = address
        self.worker = worker
        self.hours = hours
    }

    /// Reads the bytes of a `lode.v1.GetSamplesRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "GetSamplesRequest", lode__v1__get_samples_request__unpack) {
            raw throws(WireError) in try unsafe GetSamplesRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension GetSamplesRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__GetSamplesRequest>) throws(WireError) {
        self.init()
        address = try unsafe RawField.text(raw.pointee.address, "GetSamplesRequest.address")
        worker = try unsafe RawField.text(raw.pointee.worker, "GetSamplesRequest.worker")
        hours = unsafe raw.pointee.hours
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__GetSamplesRequest {
        var raw = unsafe Lode__V1__GetSamplesRequest()
        unsafe lode__v1__get_samples_request__init(&raw)
        unsafe raw.address = arena.text(address)
        unsafe raw.worker = arena.text(worker)
        unsafe raw.hours = hours
        return unsafe raw
    }
}

package struct Samples: WireMessage, Hashable {
    /// Oldest first; ten minutes each; none where nothing was sent.
    package var samples: [Sample]

    package init(
        samples: [Sample] = []
    ) {
        self.samples = samples
    }

    /// Reads the bytes of a `lode.v1.Samples`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Samples", lode__v1__samples__unpack) {
            raw throws(WireError) in try unsafe Samples(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Samples {
    @unsafe init(raw: UnsafePointer<Lode__V1__Samples>) throws(WireError) {
        self.init()
        samples = try unsafe RawField.items(raw.pointee.samples, count: raw.pointee.n_samples).map {
            item throws(WireError) in try unsafe Sample(raw: RawField.pointer(item, "Samples.samples"))
        }
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Samples {
        var raw = unsafe Lode__V1__Samples()
        unsafe lode__v1__samples__init(&raw)
        unsafe raw.samples = arena.list(
            samples.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) }
        )
        unsafe raw.n_samples = samples.count
        return unsafe raw
    }
}

package struct Sample: WireMessage, Hashable {
    /// Unix time of its beginning.
    package var atMs: UInt64
    package var shares: UInt64
    /// Hashes per second.
    package var hashrate: UInt64

    package init(
        atMs: UInt64 = 0,
        shares: UInt64 = 0,
        hashrate: UInt64 = 0
    ) {
        self.atMs = atMs
        self.shares = shares
        self.hashrate = hashrate
    }

    /// Reads the bytes of a `lode.v1.Sample`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Sample", lode__v1__sample__unpack) {
            raw throws(WireError) in try unsafe Sample(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Sample {
    @unsafe init(raw: UnsafePointer<Lode__V1__Sample>) throws(WireError) {
        self.init()
        atMs = unsafe raw.pointee.at_ms
        shares = unsafe raw.pointee.shares
        hashrate = unsafe raw.pointee.hashrate
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Sample {
        var raw = unsafe Lode__V1__Sample()
        unsafe lode__v1__sample__init(&raw)
        unsafe raw.at_ms = atMs
        unsafe raw.shares = shares
        unsafe raw.hashrate = hashrate
        return unsafe raw
    }
}

package struct GetWorkRequest: WireMessage, Hashable {
    /// 32 bytes, internal order: the work that was counted for it; empty: of the round that is under way.
    package var block: [UInt8]
    /// At most 1,000.
    package var count: UInt32

    package init(
        block: [UInt8] = [],
        count: UInt32 = 0
    ) {
        self.block = block
        self.count = count
    }

    /// Reads the bytes of a `lode.v1.GetWorkRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "GetWorkRequest", lode__v1__get_work_request__unpack) {
            raw throws(WireError) in try unsafe GetWorkRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension GetWorkRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__GetWorkRequest>) throws(WireError) {
        self.init()
        block = unsafe RawField.bytes(raw.pointee.block)
        count = unsafe raw.pointee.count
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__GetWorkRequest {
        var raw = unsafe Lode__V1__GetWorkRequest()
        unsafe lode__v1__get_work_request__init(&raw)
        unsafe raw.block = arena.bytes(block)
        unsafe raw.count = count
        return unsafe raw
    }
}

package struct WorkByAccount: WireMessage, Hashable {
    /// Most work first.
    package var accounts: [AccountWork]
    package var total: [UInt8]
    package var accountCount: UInt64

    package init(
        accounts: [AccountWork] = [],
        total: [UInt8] = [],
        accountCount: UInt64 = 0
    ) {
        self.accounts = accounts
        self.total = total
        self.accountCount = accountCount
    }

    /// Reads the bytes of a `lode.v1.WorkByAccount`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "WorkByAccount", lode__v1__work_by_account__unpack) {
            raw throws(WireError) in try unsafe WorkByAccount(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension WorkByAccount {
    @unsafe init(raw: UnsafePointer<Lode__V1__WorkByAccount>) throws(WireError) {
        self.init()
        accounts = try unsafe RawField.items(raw.pointee.accounts, count: raw.pointee.n_accounts).map {
            item throws(WireError) in try unsafe AccountWork(raw: RawField.pointer(item, "WorkByAccount.accounts"))
        }
        total = unsafe RawField.bytes(raw.pointee.total)
        accountCount = unsafe raw.pointee.account_count
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__WorkByAccount {
        var raw = unsafe Lode__V1__WorkByAccount()
        unsafe lode__v1__work_by_account__init(&raw)
        unsafe raw.accounts = arena.list(
            accounts.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) }
        )
        unsafe raw.n_accounts = accounts.count
        unsafe raw.total = arena.bytes(total)
        unsafe raw.account_count = accountCount
        return unsafe raw
    }
}

package struct AccountWork: WireMessage, Hashable {
    package var address: String
    package var work: [UInt8]
    /// Base units credited; 0 for a round that is under way.
    package var amount: UInt64

    package init(
        address: String = "",
        work: [UInt8] = [],
        amount: UInt64 = 0
    ) {
        self.address = address
        self.work = work
        self.amount = amount
    }

    /// Reads the bytes of a `lode.v1.AccountWork`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "AccountWork", lode__v1__account_work__unpack) {
            raw throws(WireError) in try unsafe AccountWork(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension AccountWork {
    @unsafe init(raw: UnsafePointer<Lode__V1__AccountWork>) throws(WireError) {
        self.init()
        address = try unsafe RawField.text(raw.pointee.address, "AccountWork.address")
        work = unsafe RawField.bytes(raw.pointee.work)
        amount = unsafe raw.pointee.amount
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__AccountWork {
        var raw = unsafe Lode__V1__AccountWork()
        unsafe lode__v1__account_work__init(&raw)
        unsafe raw.address = arena.text(address)
        unsafe raw.work = arena.bytes(work)
        unsafe raw.amount = amount
        return unsafe raw
    }
}

package struct GetPayoutsRequest: WireMessage, Hashable {
    /// Empty: everybody's.
    package var address: String
    /// Only those that are neither confirmed nor cancelled.
    package var pending: Bool
    /// Only those with a smaller number; 0: from the newest.
    package var before: UInt64
    /// At most 100.
    package var count: UInt32

    package init(
        address: String = "",
        pending: Bool = false,
        before: UInt64 = 0,
        count: UInt32 = 0
    ) {
        self.address = address
        self.pending = pending
        self.before = before
        self.count = count
    }

    /// Reads the bytes of a `lode.v1.GetPayoutsRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "GetPayoutsRequest", lode__v1__get_payouts_request__unpack) {
            raw throws(WireError) in try unsafe GetPayoutsRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension GetPayoutsRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__GetPayoutsRequest>) throws(WireError) {
        self.init()
        address = try unsafe RawField.text(raw.pointee.address, "GetPayoutsRequest.address")
        pending = unsafe raw.pointee.pending != 0
        before = unsafe raw.pointee.before
        count = unsafe raw.pointee.count
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__GetPayoutsRequest {
        var raw = unsafe Lode__V1__GetPayoutsRequest()
        unsafe lode__v1__get_payouts_request__init(&raw)
        unsafe raw.address = arena.text(address)
        unsafe raw.pending = pending ? 1 : 0
        unsafe raw.before = before
        unsafe raw.count = count
        return unsafe raw
    }
}

package struct Payouts: WireMessage, Hashable {
    /// Newest first.
    package var payouts: [PayoutFigures]

    package init(
        payouts: [PayoutFigures] = []
    ) {
        self.payouts = payouts
    }

    /// Reads the bytes of a `lode.v1.Payouts`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Payouts", lode__v1__payouts__unpack) {
            raw throws(WireError) in try unsafe Payouts(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Payouts {
    @unsafe init(raw: UnsafePointer<Lode__V1__Payouts>) throws(WireError) {
        self.init()
        payouts = try unsafe RawField.items(raw.pointee.payouts, count: raw.pointee.n_payouts).map {
            item throws(WireError) in try unsafe PayoutFigures(raw: RawField.pointer(item, "Payouts.payouts"))
        }
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Payouts {
        var raw = unsafe Lode__V1__Payouts()
        unsafe lode__v1__payouts__init(&raw)
        unsafe raw.payouts = arena.list(
            payouts.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) }
        )
        unsafe raw.n_payouts = payouts.count
        return unsafe raw
    }
}

package struct PayoutFigures: WireMessage, Hashable {
    package var number: UInt64
    package var state: String
    /// Display order; empty until signed.
    package var txid: String
    /// Base units, less what its receivers bear of the fee: to the address asked for, else to all.
    package var amount: UInt64
    package var outputs: UInt32
    /// Unix time.
    package var createdAtMs: UInt64

    package init(
        number: UInt64 = 0,
        state: String = "",
        txid: String = "",
        amount: UInt64 = 0,
        outputs: UInt32 = 0,
        createdAtMs: UInt64 = 0
    ) {
        self.number = number
        self.state = state
        self.txid = txid
        self.amount = amount
        self.outputs = outputs
        self.createdAtMs = createdAtMs
    }

    /// Reads the bytes of a `lode.v1.PayoutFigures`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "PayoutFigures", lode__v1__payout_figures__unpack) {
            raw throws(WireError) in try unsafe PayoutFigures(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension PayoutFigures {
    @unsafe init(raw: UnsafePointer<Lode__V1__PayoutFigures>) throws(WireError) {
        self.init()
        number = unsafe raw.pointee.number
        state = try unsafe RawField.text(raw.pointee.state, "PayoutFigures.state")
        txid = try unsafe RawField.text(raw.pointee.txid, "PayoutFigures.txid")
        amount = unsafe raw.pointee.amount
        outputs = unsafe raw.pointee.outputs
        createdAtMs = unsafe raw.pointee.created_at_ms
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__PayoutFigures {
        var raw = unsafe Lode__V1__PayoutFigures()
        unsafe lode__v1__payout_figures__init(&raw)
        unsafe raw.number = number
        unsafe raw.state = arena.text(state)
        unsafe raw.txid = arena.text(txid)
        unsafe raw.amount = amount
        unsafe raw.outputs = outputs
        unsafe raw.created_at_ms = createdAtMs
        return unsafe raw
    }
}

package struct GetFindersRequest: WireMessage, Hashable {
    /// At most 100.
    package var count: UInt32

    package init(
        count: UInt32 = 0
    ) {
        self.count = count
    }

    /// Reads the bytes of a `lode.v1.GetFindersRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "GetFindersRequest", lode__v1__get_finders_request__unpack) {
            raw throws(WireError) in try unsafe GetFindersRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension GetFindersRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__GetFindersRequest>) throws(WireError) {
        self.init()
        count = unsafe raw.pointee.count
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__GetFindersRequest {
        var raw = unsafe Lode__V1__GetFindersRequest()
        unsafe lode__v1__get_finders_request__init(&raw)
        unsafe raw.count = count
        return unsafe raw
    }
}

package struct Finders: WireMessage, Hashable {
    /// Most blocks first, then by address.
    package var finders: [Finder]

    package init(
        finders: [Finder] = []
    ) {
        self.finders = finders
    }

    /// Reads the bytes of a `lode.v1.Finders`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Finders", lode__v1__finders__unpack) {
            raw throws(WireError) in try unsafe Finders(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Finders {
    @unsafe init(raw: UnsafePointer<Lode__V1__Finders>) throws(WireError) {
        self.init()
        finders = try unsafe RawField.items(raw.pointee.finders, count: raw.pointee.n_finders).map {
            item throws(WireError) in try unsafe Finder(raw: RawField.pointer(item, "Finders.finders"))
        }
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Finders {
        var raw = unsafe Lode__V1__Finders()
        unsafe lode__v1__finders__init(&raw)
        unsafe raw.finders = arena.list(
            finders.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) }
        )
        unsafe raw.n_finders = finders.count
        return unsafe raw
    }
}

package struct Finder: WireMessage, Hashable {
    package var address: String
    /// But for rejected and orphaned ones.
    package var blocks: UInt64
    package var orphaned: UInt64
    /// Unix time.
    package var lastBlockAtMs: UInt64

    package init(
        address: String = "",
        blocks: UInt64 = 0,
        orphaned: UInt64 = 0,
        lastBlockAtMs: UInt64 = 0
    ) {
        self.address = address
        self.blocks = blocks
        self.orphaned = orphaned
        self.lastBlockAtMs = lastBlockAtMs
    }

    /// Reads the bytes of a `lode.v1.Finder`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Finder", lode__v1__finder__unpack) {
            raw throws(WireError) in try unsafe Finder(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Finder {
    @unsafe init(raw: UnsafePointer<Lode__V1__Finder>) throws(WireError) {
        self.init()
        address = try unsafe RawField.text(raw.pointee.address, "Finder.address")
        blocks = unsafe raw.pointee.blocks
        orphaned = unsafe raw.pointee.orphaned
        lastBlockAtMs = unsafe raw.pointee.last_block_at_ms
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Finder {
        var raw = unsafe Lode__V1__Finder()
        unsafe lode__v1__finder__init(&raw)
        unsafe raw.address = arena.text(address)
        unsafe raw.blocks = blocks
        unsafe raw.orphaned = orphaned
        unsafe raw.last_block_at_ms = lastBlockAtMs
        return unsafe raw
    }
}

package struct GetEntriesRequest: WireMessage, Hashable {
    package var address: String
    /// Only entries with a larger number.
    package var after: UInt64
    /// At most 5,000.
    package var count: UInt32

    package init(
        address: String = "",
        after: UInt64 = 0,
        count: UInt32 = 0
    ) {
        self.address = address
        self.after = after
        self.count = count
    }

    /// Reads the bytes of a `lode.v1.GetEntriesRequest`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "GetEntriesRequest", lode__v1__get_entries_request__unpack) {
            raw throws(WireError) in try unsafe GetEntriesRequest(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension GetEntriesRequest {
    @unsafe init(raw: UnsafePointer<Lode__V1__GetEntriesRequest>) throws(WireError) {
        self.init()
        address = try unsafe RawField.text(raw.pointee.address, "GetEntriesRequest.address")
        after = unsafe raw.pointee.after
        count = unsafe raw.pointee.count
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__GetEntriesRequest {
        var raw = unsafe Lode__V1__GetEntriesRequest()
        unsafe lode__v1__get_entries_request__init(&raw)
        unsafe raw.address = arena.text(address)
        unsafe raw.after = after
        unsafe raw.count = count
        return unsafe raw
    }
}

package struct Entries: WireMessage, Hashable {
    /// Oldest first.
    package var entries: [Entry]
    package var hasMore: Bool

    package init(
        entries: [Entry] = [],
        hasMore: Bool = false
    ) {
        self.entries = entries
        self.hasMore = hasMore
    }

    /// Reads the bytes of a `lode.v1.Entries`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Entries", lode__v1__entries__unpack) {
            raw throws(WireError) in try unsafe Entries(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Entries {
    @unsafe init(raw: UnsafePointer<Lode__V1__Entries>) throws(WireError) {
        self.init()
        entries = try unsafe RawField.items(raw.pointee.entries, count: raw.pointee.n_entries).map {
            item throws(WireError) in try unsafe Entry(raw: RawField.pointer(item, "Entries.entries"))
        }
        hasMore = unsafe raw.pointee.has_more != 0
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Entries {
        var raw = unsafe Lode__V1__Entries()
        unsafe lode__v1__entries__init(&raw)
        unsafe raw.entries = arena.list(
            entries.map { unsafe UnsafeMutablePointer?(unsafe arena.place($0.raw(in: arena))) }
        )
        unsafe raw.n_entries = entries.count
        unsafe raw.has_more = hasMore ? 1 : 0
        return unsafe raw
    }
}

/// One transfer as it touches an account.
package struct Entry: WireMessage, Hashable {
    package var number: UInt64
    /// Unix time.
    package var atMs: UInt64
    package var kind: String
    package var reference: String
    /// The account's own bucket; empty: the pool's.
    package var from: String
    /// The same.
    package var to: String
    /// Base units.
    package var amount: UInt64

    package init(
        number: UInt64 = 0,
        atMs: UInt64 = 0,
        kind: String = "",
        reference: String = "",
        from: String = "",
        to: String = "",
        amount: UInt64 = 0
    ) {
        self.number = number
        self.atMs = atMs
        self.kind = kind
        self.reference = reference
        self.from = from
        self.to = to
        self.amount = amount
    }

    /// Reads the bytes of a `lode.v1.Entry`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Entry", lode__v1__entry__unpack) {
            raw throws(WireError) in try unsafe Entry(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Entry {
    @unsafe init(raw: UnsafePointer<Lode__V1__Entry>) throws(WireError) {
        self.init()
        number = unsafe raw.pointee.number
        atMs = unsafe raw.pointee.at_ms
        kind = try unsafe RawField.text(raw.pointee.kind, "Entry.kind")
        reference = try unsafe RawField.text(raw.pointee.reference, "Entry.reference")
        from = try unsafe RawField.text(raw.pointee.from, "Entry.from")
        to = try unsafe RawField.text(raw.pointee.to, "Entry.to")
        amount = unsafe raw.pointee.amount
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Entry {
        var raw = unsafe Lode__V1__Entry()
        unsafe lode__v1__entry__init(&raw)
        unsafe raw.number = number
        unsafe raw.at_ms = atMs
        unsafe raw.kind = arena.text(kind)
        unsafe raw.reference = arena.text(reference)
        unsafe raw.from = arena.text(from)
        unsafe raw.to = arena.text(to)
        unsafe raw.amount = amount
        return unsafe raw
    }
}
