package import NNGSockets

/// Why a socket could not be opened or used.
package enum MessagingError: Error, Hashable {
    /// Another program listens there.
    case addressInUse(MessagingAddress)
    /// The address cannot be listened at or dialled.
    case addressUnusable(MessagingAddress, NNGError)
    /// The socket itself could not be made.
    case socket(NNGError)
    /// The socket was closed.
    case closed
    case cancelled

    init(_ address: MessagingAddress, _ cause: NNGError) {
        self = cause == .addressInUse ? .addressInUse(address) : .addressUnusable(address, cause)
    }

    /// Runs what opens a socket.
    static func opening<Value>(_ open: () throws(NNGError) -> Value) throws(MessagingError) -> Value {
        do throws(NNGError) {
            return try open()
        } catch {
            throw .socket(error)
        }
    }

    /// Runs what listens at, or dials, one address.
    static func at<Value>(
        _ address: MessagingAddress,
        _ use: (String) throws(NNGError) -> Value
    ) throws(MessagingError) -> Value {
        do throws(NNGError) {
            return try use(address.description)
        } catch {
            throw MessagingError(address, error)
        }
    }
}

extension MessagingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .addressInUse(let address): "another program already listens at \(address)"
        case .addressUnusable(let address, let cause): "\(address) cannot be used: \(cause)"
        case .socket(let cause): "no socket could be opened: \(cause)"
        case .closed: "the socket is closed"
        case .cancelled: "cancelled"
        }
    }
}
