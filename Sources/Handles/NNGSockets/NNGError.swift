internal import CNNG

/// Why an nng call failed, as nng 1.5 reports it in `nng_errno_enum`.
package enum NNGError: Error, Hashable {
    /// No answer within the time given; the peer may have seen the message.
    case timedOut
    /// Nobody to send to within the time given: the message did not leave.
    case noPeer
    /// The socket was closed.
    case closed
    /// The task was cancelled, or the wait was told to stop.
    case cancelled
    case addressInUse
    /// The text is no address, names no such host or folder, or may not be used.
    case addressInvalid
    /// This nng was built without the transport.
    case transportMissing
    case messageTooLarge(byteCount: Int, byteCountMax: Int)
    /// More calls at once than the socket allows.
    case tooManyCalls(countMax: Int)
    /// A code that nothing acts on; `code` is nng's own number.
    case other(code: Int32)

    /// Throws unless `status` is zero, nng's code for success.
    static func check(_ status: Int32) throws(NNGError) {
        guard status != 0 else { return }
        throw NNGError(code: status)
    }

    init(code: Int32) {
        switch UInt32(bitPattern: code) {
        case NNG_ETIMEDOUT.rawValue: self = .timedOut
        case NNG_ECLOSED.rawValue: self = .closed
        case NNG_ECANCELED.rawValue: self = .cancelled
        case NNG_EADDRINUSE.rawValue: self = .addressInUse
        case NNG_EADDRINVAL.rawValue, NNG_EINVAL.rawValue, NNG_EPERM.rawValue, NNG_ENOENT.rawValue:
            self = .addressInvalid
        case NNG_ENOTSUP.rawValue: self = .transportMissing
        case _: self = .other(code: code)
        }
    }
}

extension NNGError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .timedOut: "no answer in time"
        case .noPeer: "nobody is connected"
        case .closed: "the socket is closed"
        case .cancelled: "cancelled"
        case .addressInUse: "another program listens there"
        case .addressInvalid: "no usable address"
        case .transportMissing: "the installed nng does not have this transport"
        case .messageTooLarge(let byteCount, let byteCountMax):
            "a message of \(byteCount) bytes, where at most \(byteCountMax) are allowed"
        case .tooManyCalls(let countMax): "\(countMax) calls are already under way"
        case .other(let code): unsafe String(cString: nng_strerror(code))
        }
    }
}
