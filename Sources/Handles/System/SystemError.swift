import Glibc

/// What the kernel refused to do, and to what.
package struct SystemError: Error, Hashable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        case missing
        case alreadyExists
        case notPermitted
        /// The disk, or the user's share of it, is full: worth a retry once somebody has made room.
        case noSpace
        /// Someone else holds the lock.
        case held
        /// The content is larger than the caller allows.
        case tooLarge
        /// A file whose content makes no sense.
        case malformed
        /// A number of `errno.h` that this project does not act on.
        case other(code: Int32)
    }

    /// The call as the manual names it: `open`, `fsync`, `rename`.
    package let operation: String
    /// The path or program it was about.
    package let subject: String
    package let reason: Reason

    package init(_ operation: String, _ subject: String, _ reason: Reason) {
        self.operation = operation
        self.subject = subject
        self.reason = reason
    }

    init(_ operation: String, _ subject: String, code: Int32 = errno) {
        self.init(operation, subject, Reason(code: code))
    }

    package var description: String {
        "\(operation) \(subject): \(reason)"
    }
}

extension SystemError.Reason: CustomStringConvertible {
    init(code: Int32) {
        switch code {
        case ENOENT: self = .missing
        case EEXIST: self = .alreadyExists
        case EACCES, EPERM: self = .notPermitted
        case ENOSPC, EDQUOT: self = .noSpace
        case EWOULDBLOCK: self = .held
        default: self = .other(code: code)
        }
    }

    package var description: String {
        switch self {
        case .missing: "does not exist"
        case .alreadyExists: "exists already"
        case .notPermitted: "not permitted"
        case .noSpace: "no space left"
        case .held: "in use by another process"
        case .tooLarge: "larger than allowed"
        case .malformed: "does not hold what it should"
        case .other(let code): unsafe String(cString: strerror(code))
        }
    }
}
