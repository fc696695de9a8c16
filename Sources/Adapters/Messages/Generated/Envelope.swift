// Written by script/proto from lode/v1/envelope.proto: change that file, not this one.

internal import CMessages
internal import CProtobufC

/// What every call between services is wrapped in.
///
/// Sent over nng REQ, which may deliver a request twice: every method is idempotent.
package struct Request: WireMessage, Hashable {
    /// Chosen by the caller, unique among its calls of the last minutes.
    package var requestID: UInt64
    /// "lode.v1.Jobs/LeaseBin", at most 128 bytes.
    package var method: String
    /// How long the caller will wait from now, 1 to 600,000; relative, so that clocks need not agree.
    package var timeoutMs: UInt32
    /// The method's request message.
    package var payload: [UInt8]

    package init(
        requestID: UInt64 = 0,
        method: String = "",
        timeoutMs: UInt32 = 0,
        payload: [UInt8] = []
    ) {
        self.requestID = requestID
        self.method = method
        self.timeoutMs = timeoutMs
        self.payload = payload
    }

    /// Reads the bytes of a `lode.v1.Request`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Request", lode__v1__request__unpack) {
            raw throws(WireError) in try unsafe Request(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Request {
    @unsafe init(raw: UnsafePointer<Lode__V1__Request>) throws(WireError) {
        self.init()
        requestID = unsafe raw.pointee.request_id
        method = try unsafe RawField.text(raw.pointee.method, "Request.method")
        timeoutMs = unsafe raw.pointee.timeout_ms
        payload = unsafe RawField.bytes(raw.pointee.payload)
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Request {
        var raw = unsafe Lode__V1__Request()
        unsafe lode__v1__request__init(&raw)
        unsafe raw.request_id = requestID
        unsafe raw.method = arena.text(method)
        unsafe raw.timeout_ms = timeoutMs
        unsafe raw.payload = arena.bytes(payload)
        return unsafe raw
    }
}

/// The answer to a Request.
package struct Reply: WireMessage, Hashable {
    /// As in the request.
    package var requestID: UInt64
    /// A gRPC status code; 0 is OK, and only then is there a payload.
    package var status: UInt32
    /// What went wrong, for a person; empty when OK.
    package var message: String
    /// The method's response message.
    package var payload: [UInt8]

    package init(
        requestID: UInt64 = 0,
        status: UInt32 = 0,
        message: String = "",
        payload: [UInt8] = []
    ) {
        self.requestID = requestID
        self.status = status
        self.message = message
        self.payload = payload
    }

    /// Reads the bytes of a `lode.v1.Reply`.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        self = try unsafe Arena.decode(bytes, "Reply", lode__v1__reply__unpack) {
            raw throws(WireError) in try unsafe Reply(raw: raw)
        }
    }

    package func encoded() -> [UInt8] {
        unsafe Arena.encode { arena in unsafe arena.place(raw(in: arena)) }
    }
}

extension Reply {
    @unsafe init(raw: UnsafePointer<Lode__V1__Reply>) throws(WireError) {
        self.init()
        requestID = unsafe raw.pointee.request_id
        status = unsafe raw.pointee.status
        message = try unsafe RawField.text(raw.pointee.message, "Reply.message")
        payload = unsafe RawField.bytes(raw.pointee.payload)
    }

    @unsafe func raw(in arena: Arena) -> Lode__V1__Reply {
        var raw = unsafe Lode__V1__Reply()
        unsafe lode__v1__reply__init(&raw)
        unsafe raw.request_id = requestID
        unsafe raw.status = status
        unsafe raw.message = arena.text(message)
        unsafe raw.payload = arena.bytes(payload)
        return unsafe raw
    }
}
