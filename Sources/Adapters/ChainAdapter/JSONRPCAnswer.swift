import JSON

/// Reads what a node's JSON-RPC answers.
enum JSONRPCAnswer {
    /// The body as JSON.
    ///
    /// A node tells refusals in the body, under HTTP status 404 or 500, and some troubles by the status alone.
    static func body(status: Int, bytes: [UInt8], credentials: String) throws(NodeError) -> JSON {
        switch status {
        case 401: throw .wrongCredentials(credentials)
        case 403: throw .forbidden
        case 503: throw .notReady(code: RPCCode.queueFull, message: "Its work queue is full.")
        case _: break
        }
        do throws(JSONError) {
            return try JSON(parsing: bytes)
        } catch {
            throw .malformed("HTTP status \(status), and the body is no JSON: \(error)")
        }
    }

    /// The `result` of the answer to the call `id`.
    static func result(_ answer: JSON, id: UInt64) throws(NodeError) -> JSON {
        guard answer.object != nil else { throw .malformed("an answer that is no object") }
        guard answer["id"]?.uint64 == id else { throw .malformed("the answer to another request") }
        if let error = answer["error"], !error.isNull { throw refusal(error) }
        guard let result = answer["result"] else { throw .malformed("an answer without a result") }
        return result
    }

    /// The `result` of each answer to a batch of calls, by the order of `ids`.
    static func results(_ answers: JSON, ids: Range<UInt64>) throws(NodeError) -> [Result<JSON, NodeError>] {
        guard let items = answers.array, items.count == ids.count else {
            throw .malformed("an answer that is not one for each call")
        }
        var results: [UInt64: Result<JSON, NodeError>] = [:]
        for item in items {
            guard let id = item["id"]?.uint64, ids.contains(id) else {
                throw .malformed("the answer to another request")
            }
            results[id] = Result { () throws(NodeError) in try result(item, id: id) }
        }
        let ordered = ids.compactMap { results[$0] }
        guard ordered.count == ids.count else { throw .malformed("two answers to one call") }
        return ordered
    }

    private static func refusal(_ error: JSON) -> NodeError {
        guard let code = error["code"]?.int64, let message = error["message"]?.string else {
            return .malformed("an error without code and message")
        }
        return RPCCode.notReady.contains(code)
            ? .notReady(code: code, message: message) : .refused(code: code, message: message)
    }
}
