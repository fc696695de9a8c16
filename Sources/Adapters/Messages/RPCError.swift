/// How a call ended, in gRPC's numbers (grpc/doc/statuscodes.md).
package enum RPCStatus: UInt32, CaseIterable, Sendable {
    case ok = 0
    case cancelled = 1
    case unknown = 2
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case alreadyExists = 6
    case permissionDenied = 7
    case resourceExhausted = 8
    case failedPrecondition = 9
    case aborted = 10
    case outOfRange = 11
    case unimplemented = 12
    case `internal` = 13
    case unavailable = 14
    case dataLoss = 15
    case unauthenticated = 16
}

extension RPCStatus: CustomStringConvertible {
    /// As metrics label it: `deadline_exceeded`.
    package var description: String {
        switch self {
        case .ok: "ok"
        case .cancelled: "cancelled"
        case .unknown: "unknown"
        case .invalidArgument: "invalid_argument"
        case .deadlineExceeded: "deadline_exceeded"
        case .notFound: "not_found"
        case .alreadyExists: "already_exists"
        case .permissionDenied: "permission_denied"
        case .resourceExhausted: "resource_exhausted"
        case .failedPrecondition: "failed_precondition"
        case .aborted: "aborted"
        case .outOfRange: "out_of_range"
        case .unimplemented: "unimplemented"
        case .internal: "internal"
        case .unavailable: "unavailable"
        case .dataLoss: "data_loss"
        case .unauthenticated: "unauthenticated"
        }
    }
}

/// Why a call to another service gave no answer.
package struct RPCError: Error, Hashable {
    package let code: RPCStatus
    /// For a person: what went wrong, at most `messageByteCountMax` bytes on the wire.
    package let message: String

    /// Bytes of a message that travel; the rest is cut off.
    package static let messageByteCountMax = 1_024

    package init(_ code: RPCStatus, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether the same call may succeed later, with nothing changed but time.
    package var isRetryable: Bool {
        switch code {
        case .unavailable, .deadlineExceeded, .aborted, .resourceExhausted: true
        case .ok, .cancelled, .unknown, .invalidArgument, .notFound, .alreadyExists, .permissionDenied,
            .failedPrecondition, .outOfRange, .unimplemented, .internal, .dataLoss, .unauthenticated:
            false
        }
    }

    package static func invalidArgument(_ message: String) -> RPCError { RPCError(.invalidArgument, message) }
    package static func notFound(_ message: String) -> RPCError { RPCError(.notFound, message) }
    package static func unavailable(_ message: String) -> RPCError { RPCError(.unavailable, message) }
    package static func deadlineExceeded(_ message: String) -> RPCError { RPCError(.deadlineExceeded, message) }
    package static func resourceExhausted(_ message: String) -> RPCError { RPCError(.resourceExhausted, message) }
    package static func failedPrecondition(_ message: String) -> RPCError { RPCError(.failedPrecondition, message) }
    package static func `internal`(_ message: String) -> RPCError { RPCError(.internal, message) }
    package static func cancelled(_ message: String) -> RPCError { RPCError(.cancelled, message) }
    package static func unknownMethod(_ method: String) -> RPCError {
        RPCError(.unimplemented, "no method \(method.prefix(128).debugDescription) here")
    }
}

extension RPCError: CustomStringConvertible {
    package var description: String { "\(code): \(message)" }
}
