package import Messages

/// What becomes of a request's bytes: the bytes of its reply, whatever was sent.
package struct CallHandler: Sendable {
    private let dispatcher: any RPCDispatcher
    private let methods: Set<String>
    private let limits: RPCLimits

    package init(_ dispatcher: any RPCDispatcher, limits: RPCLimits) {
        self.dispatcher = dispatcher
        methods = Set(dispatcher.methods)
        self.limits = limits
    }

    /// A request that could be read, or the error that says why it could not.
    package func request(_ bytes: [UInt8]) throws(RPCError) -> Request {
        let request: Request
        do throws(WireError) {
            request = try Request(decoding: bytes)
        } catch {
            throw .invalidArgument("the envelope cannot be read: \(error)")
        }
        guard RPCLimits.timeoutMsRange.contains(request.timeoutMs) else {
            throw .invalidArgument("timeout_ms is \(request.timeoutMs), not in \(RPCLimits.timeoutMsRange)")
        }
        guard methods.contains(request.method) else { throw .unknownMethod(request.method) }
        return request
    }

    func knows(_ method: String) -> Bool { methods.contains(method) }

    /// What comes of a call within the process, bounded as if it had travelled.
    func outcome(_ method: String, _ payload: [UInt8]) async -> Result<[UInt8], RPCError> {
        guard knows(method) else { return .failure(.unknownMethod(method)) }
        do throws(RPCError) {
            let answer = try await dispatcher.dispatch(method, payload)
            let byteCount = answer.count + RPCLimits.replyEnvelopeByteCount
            guard byteCount <= limits.messageByteCountMax else { return .failure(tooLarge(byteCount)) }
            return .success(answer)
        } catch {
            return .failure(RPCError(error.code, Self.prefix(of: error.message)))
        }
    }

    package func answer(_ request: Request) async throws(RPCError) -> [UInt8] {
        try await dispatcher.dispatch(request.method, request.payload)
    }

    /// The reply's bytes, never more than the other side takes.
    package func reply(to requestID: UInt64, _ outcome: Result<[UInt8], RPCError>) -> (RPCStatus, [UInt8]) {
        switch outcome {
        case .success(let payload):
            let bytes = Reply(requestID: requestID, payload: payload).encoded()
            if bytes.count <= limits.messageByteCountMax { return (.ok, bytes) }
            return reply(to: requestID, .failure(tooLarge(bytes.count)))
        case .failure(let error):
            let message = Self.prefix(of: error.message)
            return (
                error.code, Reply(requestID: requestID, status: error.code.rawValue, message: message).encoded()
            )
        }
    }

    private func tooLarge(_ byteCount: Int) -> RPCError {
        .resourceExhausted("the answer has \(byteCount) bytes, where at most \(limits.messageByteCountMax) are allowed")
    }

    /// Text that is cut between characters and holds no NUL.
    private static func prefix(of message: String) -> String {
        var text = ""
        var count = 0
        for character in message where character != "\0" {
            count += character.utf8.count
            guard count <= RPCError.messageByteCountMax else { break }
            text.append(character)
        }
        return text
    }
}
