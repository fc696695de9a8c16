import Messages

extension APIError {
    /// Says who did not answer; `what` begins the sentence, such as `the job service`.
    init(_ error: RPCError, from what: String) {
        switch error.code {
        case .unavailable, .deadlineExceeded, .aborted, .cancelled: self = .unavailable(what)
        case .resourceExhausted: self = .overloaded
        case .ok, .unknown, .invalidArgument, .notFound, .alreadyExists, .permissionDenied, .failedPrecondition,
            .outOfRange, .unimplemented, .internal, .dataLoss, .unauthenticated:
            self = .unexpected
        }
    }
}
