/// Why what was typed is no command: one sentence that says what would be.
package enum UsageError: Error, Hashable, CustomStringConvertible {
    case unknownCommand(String, nearest: String?, command: String)
    case unknownOption(String, nearest: String?, command: String)
    case unexpected(String, command: String)
    case repeated(String, command: String)
    case needsValue(String, String, command: String)
    case needsNoValue(String, command: String)
    /// `problem` is the sentence's middle: `--threads must be a whole number from 1 to 1024, and "x" is not`.
    case badValue(problem: String, command: String)

    /// What `sysexits.h` calls EX_USAGE.
    package static let exitStatus: Int32 = 64

    package var description: String {
        switch self {
        case .unknownCommand(let word, let nearest, let command):
            "\(command) has no command \"\(word)\"\(Self.guess(nearest)); \(command) --help lists them."
        case .unknownOption(let option, let nearest, let command):
            "\(command) has no option \(option)\(Self.guess(nearest)); \(command) --help lists them."
        case .unexpected(let word, let command): "\(command) takes no \"\(word)\"; see \(command) --help."
        case .repeated(let option, let command): "\(command): \(option) stands there twice."
        case .needsValue(let option, let name, let command): "\(command): \(option) needs a value, \(option) \(name)."
        case .needsNoValue(let option, let command): "\(command): \(option) takes no value."
        case .badValue(let problem, let command): "\(command): \(problem); see \(command) --help."
        }
    }

    private static func guess(_ nearest: String?) -> String {
        nearest.map { ", the nearest is \($0)" } ?? ""
    }
}
