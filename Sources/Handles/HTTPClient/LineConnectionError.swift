/// Why a line connection does not begin or has ended.
package enum LineConnectionError: Error, Hashable {
    case unreachable(String)
    /// The other side has closed it.
    case closed
    /// Nothing came for longer than allowed.
    case silent
    /// The other side takes nothing of what is sent.
    case stuck
    case lineTooLong
    /// More waits to be sent than there is room for.
    case tooMuchToSend
    case cancelled
    case broken(String)
}

extension LineConnectionError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let reason): "unreachable: \(reason)"
        case .closed: "the connection was closed"
        case .silent: "nothing came for too long"
        case .stuck: "the other side takes nothing"
        case .lineTooLong: "a line is longer than allowed"
        case .tooMuchToSend: "more waits to be sent than there is room for"
        case .cancelled: "cancelled"
        case .broken(let reason): reason
        }
    }
}
