internal import CNNG

/// Sole owner of one `nng_msg`: freed exactly once, here or by nng after a successful send.
@safe struct Message: ~Copyable {
    private let raw: OpaquePointer

    /// Takes over a message that nng handed out; the caller must not touch `raw` again.
    @unsafe init(adopting raw: OpaquePointer) {
        unsafe self.raw = raw
    }

    init(copying bytes: [UInt8]) throws(NNGError) {
        var allocated: OpaquePointer?
        try NNGError.check(unsafe nng_msg_alloc(&allocated, bytes.count))
        guard let raw = unsafe allocated else { preconditionFailure("nng_msg_alloc gave no message") }
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }  // an empty body has no bytes to copy
            unsafe nng_msg_body(raw).copyMemory(from: start, byteCount: source.count)
        }
        unsafe self.raw = raw
    }

    deinit {
        unsafe nng_msg_free(raw)
    }

    var byteCount: Int { unsafe nng_msg_len(raw) }

    /// A copy of the body, so that no pointer outlives this message.
    var body: [UInt8] {
        guard let start = unsafe nng_msg_body(raw) else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: nng_msg_len(raw)))
    }

    /// Gives up ownership: whoever takes the pointer must free it.
    @unsafe consuming func release() -> OpaquePointer {
        let raw = unsafe self.raw
        discard self
        return unsafe raw
    }
}
