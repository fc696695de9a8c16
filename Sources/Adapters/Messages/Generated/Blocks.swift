// Written by script/proto from lode/v1/blocks.proto: change that file, not this one.

internal import CMessages
internal import CProtobufC

/// Brings solved blocks to the nodes and follows their fate.
package protocol BlocksHandler: Sendable {
    /// Answers once the whole block is on disk and was offered to every node that could be reached.
    func submitBlock(_ request: BlockCandidate) async throws(RPCError) -> SubmitBlockReply
    /// The best chain as this replica sees it.
    func getTip(_ request: Empty) async throws(RPCError) -> Tip
}

/// Calls `lode.v1.Blocks` over a channel.
package struct BlocksClient: BlocksHandler {
    private let channel: any RPCChannel
    private let timeout: Duration

    /// Each call waits at most `timeout` for its answer.
    package init(_ channel: any RPCChannel, timeout: Duration) {
        self.channel = channel
        self.timeout = timeout
    }

    /// Answers once the whole block is on disk and was offered to every node that could be reached.
    package func submitBlock(_ request: BlockCandidate) async throws(RPCError) -> SubmitBlockReply {
        try await channel.call("lode.v1.Blocks/SubmitBlock", request, timeout: timeout)
    }

    /// The best chain as this replica sees it.
    package func getTip(_ request: Empty) async throws(RPCError) -> Tip {
        try await channel.call("lode.v1.Blocks/GetTip", request, timeout: timeout)
    }
}

/// Brings each call of `lode.v1.Blocks` to its handler.
package struct BlocksDispatcher<Handler: BlocksHandler>: RPCDispatcher {
    private let handler: Handler

    package init(_ handler: Handler) {
        self.handler = handler
    }

    package var methods: [String] {
        [
            "lode.v1.Blocks/SubmitBlock",
            "lode.v1.Blocks/GetTip",
        ]
    }

    package func dispatch(_ method: String, _ payload: [UInt8]) async throws(RPCError) -> [UInt8] {
        switch method {
        case "lode.v1.Blocks/SubmitBlock": try await handler.submitBlock(BlockCandidate(payload: payload)).encoded()
        case "lode.v1.Blocks/GetTip": try await handler.getTip(Empty(payload: payload)).encoded()
        case _: throw .unknownMethod(method)
        }
    }
}

package struct BlockCandidate: WireMessage, Hashable {
    package var jobID: UInt64
    /// 80 bytes.
    package var header: [UInt8]
    /// Whole, without witness.
    package var coinbase: [UInt8]
    package var finder: Client?
    /// Unix time.
    package var foundAtMs: UInt64

    package init(
        jobID: UInt64 = 0,
        header: [UInt8] = [],
        coinbase: [UInt8] = [],
        finder: Client? = nil,
        foundAtMs: UInt64 = 0
    ) {
        self.jobID = jobID
        self.header = header
        self.coinbase = coinbase
        self.finder = finder
        self.foundAtMs = foundAtMs
    }

    /// Reads the bytes of a `lode.v1.BlockCandidate`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "BlockCandidate", lode__v1__block_candidate__unpack) {
            raw throws(WireError) in try unsafe BlockCandidate(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension BlockCandidate {
    @unsafe init(raw: UnsafePointer<Lode__V1__BlockCandidate>) throws(WireError) {
        self.init()
        jobID = unsafe raw.pointee.job_id
        header = unsafe RawField.bytes(raw.pointee.header)
        coinbase = unsafe RawField.bytes(raw.pointee.coinbase)
        if let item = unsafe raw.pointee.finder { finder = try unsafe Client(raw: item) }
        foundAtMs = unsafe raw.pointee.found_at_ms
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__BlockCandidate {
        var raw = unsafe Lode__V1__BlockCandidate()
        unsafe lode__v1__block_candidate__init(&raw)
        unsafe raw.job_id = jobID
        unsafe raw.header = arena.bytes(header)
        unsafe raw.coinbase = arena.bytes(coinbase)
        if let finder { unsafe raw.finder = arena.place(finder.raw(in: arena)) }
        unsafe raw.found_at_ms = foundAtMs
        return unsafe raw
    }
}

package struct SubmitBlockReply: WireMessage, Hashable {
    /// 32 bytes, internal order.
    package var hash: [UInt8]
    package var state: BlockState

    package init(
        hash: [UInt8] = [],
        state: BlockState = .unspecified
    ) {
        self.hash = hash
        self.state = state
    }

    /// Reads the bytes of a `lode.v1.SubmitBlockReply`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "SubmitBlockReply", lode__v1__submit_block_reply__unpack) {
            raw throws(WireError) in try unsafe SubmitBlockReply(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension SubmitBlockReply {
    @unsafe init(raw: UnsafePointer<Lode__V1__SubmitBlockReply>) throws(WireError) {
        self.init()
        hash = unsafe RawField.bytes(raw.pointee.hash)
        state = unsafe BlockState(number: raw.pointee.state.rawValue)
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__SubmitBlockReply {
        var raw = unsafe Lode__V1__SubmitBlockReply()
        unsafe lode__v1__submit_block_reply__init(&raw)
        unsafe raw.hash = arena.bytes(hash)
        unsafe raw.state = Lode__V1__BlockState(rawValue: state.rawValue)
        return unsafe raw
    }
}

/// Published on topic "block" whenever a block of ours changes its state.
package struct BlockChanged: WireMessage, Hashable {
    package var height: UInt32
    /// 32 bytes, internal order.
    package var hash: [UInt8]
    package var state: BlockState
    package var confirmations: UInt32

    package init(
        height: UInt32 = 0,
        hash: [UInt8] = [],
        state: BlockState = .unspecified,
        confirmations: UInt32 = 0
    ) {
        self.height = height
        self.hash = hash
        self.state = state
        self.confirmations = confirmations
    }

    /// Reads the bytes of a `lode.v1.BlockChanged`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "BlockChanged", lode__v1__block_changed__unpack) {
            raw throws(WireError) in try unsafe BlockChanged(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension BlockChanged {
    @unsafe init(raw: UnsafePointer<Lode__V1__BlockChanged>) throws(WireError) {
        self.init()
        height = unsafe raw.pointee.height
        hash = unsafe RawField.bytes(raw.pointee.hash)
        state = unsafe BlockState(number: raw.pointee.state.rawValue)
        confirmations = unsafe raw.pointee.confirmations
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__BlockChanged {
        var raw = unsafe Lode__V1__BlockChanged()
        unsafe lode__v1__block_changed__init(&raw)
        unsafe raw.height = height
        unsafe raw.hash = arena.bytes(hash)
        unsafe raw.state = Lode__V1__BlockState(rawValue: state.rawValue)
        unsafe raw.confirmations = confirmations
        return unsafe raw
    }
}

/// Published on topic "tip" when the best chain changes.
package struct Tip: WireMessage, Hashable {
    package var height: UInt32
    /// 32 bytes, internal order.
    package var hash: [UInt8]

    package init(
        height: UInt32 = 0,
        hash: [UInt8] = []
    ) {
        self.height = height
        self.hash = hash
    }

    /// Reads the bytes of a `lode.v1.Tip`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Tip", lode__v1__tip__unpack) {
            raw throws(WireError) in try unsafe Tip(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Tip {
    @unsafe init(raw: UnsafePointer<Lode__V1__Tip>) throws(WireError) {
        self.init()
        height = unsafe raw.pointee.height
        hash = unsafe RawField.bytes(raw.pointee.hash)
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Tip {
        var raw = unsafe Lode__V1__Tip()
        unsafe lode__v1__tip__init(&raw)
        unsafe raw.height = height
        unsafe raw.hash = arena.bytes(hash)
        return unsafe raw
    }
}

package enum BlockState: UInt32, CaseIterable, Sendable {
    case unspecified = 0
    /// On disk and on its way; fate not yet known.
    case submitted = 1
    /// On the best chain.
    case accepted = 2
    /// No node took it.
    case rejected = 3
    /// Another block stands at its height on the best chain.
    case orphaned = 4
    /// Buried as deep as maturity asks.
    case confirmed = 5

    /// A number from a newer peer reads as `unspecified`.
    init(number: UInt32) {
        self = Self(rawValue: number) ?? .unspecified
    }
}
