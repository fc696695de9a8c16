import Messages
import System

/// Why there is no extranonce1.
enum ExtranonceError: Error, Hashable {
    /// Every value may still be in use.
    case exhausted
    /// What was to be given could not be noted on disk.
    case unkept(SystemError)
}

extension ExtranonceError: CustomStringConvertible {
    var description: String {
        switch self {
        case .exhausted: "every extranonce1 of this replica may still be in use"
        case .unkept(let error): "the extranonce1 values cannot be kept: \(error)"
        }
    }

    /// What a caller is told.
    var answer: RPCError {
        switch self {
        case .exhausted:
            .resourceExhausted("every extranonce1 of this job service may still be in use: try again later")
        case .unkept: .unavailable("the job service cannot write to its folder")
        }
    }
}
