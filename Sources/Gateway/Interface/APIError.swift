import HTTPServer
import JSON
import ServiceRuntime

/// A refusal in the words of the miners' interface: what is wrong, and what to do.
struct APIError: Error, Hashable, Sendable {
    let status: Int
    /// For programs; never changes.
    let code: String
    /// For people.
    let message: String
    /// Seconds.
    var retryAfter: Int?
    /// The methods that a path has, for 405.
    var allow: String?

    private init(_ status: Int, _ code: String, _ message: String, retryAfter: Int? = nil, allow: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.allow = allow
    }

    var response: OutgoingResponse {
        var response = OutgoingResponse(
            status: status,
            json: ["error": ["code": JSON(code), "message": JSON(message)]]
        )
        if let retryAfter { response.headers.append(("Retry-After", "\(retryAfter)")) }
        if let allow { response.headers.append(("Allow", allow)) }
        return response
    }
}

extension APIError {
    static func malformedJSON(_ reason: String) -> APIError {
        APIError(400, "malformed_json", "the body is not one JSON object in UTF-8: \(reason); correct the body")
    }

    static func missing(_ field: String, _ expected: String) -> APIError {
        APIError(400, "missing_field", "the field \(field) is missing: give \(expected)")
    }

    static func invalid(_ field: String, _ expected: String) -> APIError {
        APIError(400, "invalid_field", "the field \(field) is wrong: give \(expected)")
    }

    static let encodedBody = APIError(
        400,
        "malformed_json",
        "the body has a Content-Encoding: send it as it is, without compression"
    )

    static let malformedRequest = APIError(
        400,
        "malformed_request",
        "the request's address or length cannot be read: percent-encode the address and give one Content-Length"
    )

    static let unknownID = APIError(
        401,
        "id_mismatch",
        "the field id was not given to this public_key or address by this pool: ask POST /newclient for a new id"
    )

    static let accountDenied = APIError(
        403,
        "account_denied",
        "this pool does not serve this account: ask its operator, or mine for another one"
    )

    static func unknownPath(_ path: String) -> APIError {
        APIError(404, "unknown_path", "there is nothing at \(path.prefix(100)): GET / lists what there is")
    }

    static let unknownJob = APIError(
        404,
        "unknown_job",
        "the job named by job_id is not alive any more: take the current one with GET /getblock"
    )

    static let unknownProof = APIError(
        404,
        "unknown_proof",
        "the pool has credited nothing to this address for this block: GET /status lists blocks; one without a proof_root was not credited yet"
    )

    static let uncreditedBlock = APIError(
        404,
        "uncredited_block",
        "the pool has credited nothing to anybody for this block: GET /api/blocks lists blocks; one without a proof_root was not credited yet"
    )

    static func wrongMethod(_ method: String, allow: String) -> APIError {
        APIError(
            405,
            "wrong_method",
            "\(method.prefix(20)) is not answered at this path: use \(allow)",
            allow: allow
        )
    }

    static func bodyTooLarge(byteCountMax: Int) -> APIError {
        APIError(413, "body_too_large", "the body is larger than \(byteCountMax) bytes: send fewer hashes in a call")
    }

    static func headersTooLarge(byteCountMax: Int) -> APIError {
        APIError(431, "headers_too_large", "the headers are larger than \(byteCountMax) bytes: send fewer")
    }

    static func tooManyRequests(from whom: String, retryAfter: Int) -> APIError {
        APIError(
            429,
            "rate_limited",
            "too many requests from this \(whom): wait \(retryAfter) s, and send several hashes in one call",
            retryAfter: retryAfter
        )
    }

    static let tooManyStreams = APIError(
        429,
        "rate_limited",
        "too many /events streams are open: close one, or poll GET /status instead",
        retryAfter: 30
    )

    static let noJob = APIError(
        503,
        "no_job",
        "there is no job, because no node gives a block template for the chain's tip: try again in 2 s",
        retryAfter: 2
    )

    static func unavailable(_ what: String) -> APIError {
        APIError(503, "unavailable", "\(what) does not answer: try again in 2 s", retryAfter: 2)
    }

    static let judgedTooLate = APIError(
        503,
        "unavailable",
        "the share service did not answer in time: send the same hashes again; those that were accepted meanwhile are credited, and come back as duplicate",
        retryAfter: 2
    )

    static let overloaded = APIError(
        503,
        "overloaded",
        "too many requests are under way: try again in 1 s",
        retryAfter: 1
    )

    static let unexpected = APIError(
        500,
        "internal",
        "the pool made a mistake, which its operator can see: try again"
    )
}
