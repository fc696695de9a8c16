import JSON

/// Reads what a node's JSON-RPC answers.
enum JSONRPCAnswer {
    /// The `result` of the answer to the request `id`.
    ///
    /// A node tells refusals in the body, under HTTP status 404 or 500, and some troubles by the status alone.
    static func result(status: Int, body: [UInt8], id: UInt64, credentials: String) throws(NodeError) -> JSON {
        switch status {
        case 401: throw .wrongCredentials(credentials)
        case 403: throw .forbidden
        case 503: throw .notReady(code: RPCCode.queueFull, message: "Its work queue is full.")
        case _: break
        }
        let answer: JSON
        do throws(JSONError) {
            answer = try JSON(parsing: body)
        } catch {
            throw .malformed("HTTP status \(status), and the body is no JSON: \(error)")
        }
        guard answer.object != nil else { throw .malformed("HTTP status \(status), and the body is no object") }
        guard answer["id"]?.uint64 == id else { throw .malformed("the answer to another request") }
        if let error = answer["error"], !error.isNull { throw refusal(error) }
        guard status == 200, let result = answer["result"] else {
            throw .malformed("HTTP status \(status) without a result")
        }
        return result
    }

    private static func refusal(_ error: JSON) -> NodeError {
        guard let code = error["code"]?.int64, let message = error["message"]?.string else {
            return .malformed("an error without code and message")
        }
        return RPCCode.notReady.contains(code)
            ? .notReady(code: code, message: message) : .refused(code: code, message: message)
    }
}
