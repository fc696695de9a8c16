import HTTPClient

extension NodeError {
    init(_ error: HTTPClientError, method: String) {
        self =
            switch error {
            case .unreachable(let reason): .unreachable(reason)
            case .timedOut: .noAnswer("\(method) took too long")
            case .other(let reason): .noAnswer("\(method): \(reason)")
            case .responseTooLarge: .malformed("more than \(method) may answer")
            case .cancelled: .cancelled
            }
    }
}
