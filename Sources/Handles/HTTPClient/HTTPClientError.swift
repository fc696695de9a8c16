/// Why there is no answer.
package enum HTTPClientError: Error, Hashable {
    /// The request went out, and no whole answer came in time: the server may have acted on it.
    case timedOut
    /// No connection: the request never left.
    case unreachable(String)
    case responseTooLarge
    case cancelled
    /// The connection broke, or the other side speaks no HTTP: the server may have acted on the request.
    case other(String)
}

extension HTTPClientError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .timedOut: "no answer in time"
        case .unreachable(let reason): "unreachable: \(reason)"
        case .responseTooLarge: "the answer is larger than allowed"
        case .cancelled: "cancelled"
        case .other(let reason): reason
        }
    }
}
