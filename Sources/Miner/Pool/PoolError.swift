/// Why the pool did not give what was asked for.
enum PoolError: Error, Hashable {
    /// No connection or no whole answer: try again, a little later each time.
    case away(String)
    /// It says that it cannot now; `retryAfter` when it says until when.
    case busy(String, retryAfter: Duration?)
    /// It does not know our id: join again.
    case unknownMember
    case notFound
    /// It will never take this request.
    case refused(String)
    /// Its answer is not what the page says.
    case unreadable(PageError)
    case cancelled

    /// Whether the same request may succeed later.
    var isWorthRepeating: Bool {
        switch self {
        case .away, .busy, .unreadable: true
        case .unknownMember, .notFound, .refused, .cancelled: false
        }
    }
}

extension PoolError: CustomStringConvertible {
    var description: String {
        switch self {
        case .away(let reason): reason
        case .busy(let reason, _): reason
        case .unknownMember: "the pool does not know this id"
        case .notFound: "not found"
        case .refused(let reason): reason
        case .unreadable(let error): "the pool's answer: \(error)"
        case .cancelled: "cancelled"
        }
    }
}
