/// Why bytes are not one strict JSON text.
package struct JSONError: Error, Hashable {
    package enum Reason: Hashable, Sendable {
        case empty
        case tooLarge
        case tooDeep
        case invalidUTF8
        case unclosedString
        /// Below U+0020 inside a string: it must be escaped.
        case controlCharacter
        case invalidEscape
        /// Half of a UTF-16 pair: it stands for no character.
        case loneSurrogate
        case invalidNumber
        /// A character or word that may not stand there.
        case unexpected
        /// The text ends inside a value.
        case incomplete
        case trailingBytes
        case duplicateKey(String)
        case outOfMemory
    }

    package let reason: Reason
    /// Where it was noticed, in bytes from the start.
    package let offset: Int
}

extension JSONError: CustomStringConvertible {
    package var description: String { "\(reason) at byte \(offset)" }
}

extension JSONError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty: "no value"
        case .tooLarge: "too many bytes"
        case .tooDeep: "too many arrays and objects inside each other"
        case .invalidUTF8: "not UTF-8"
        case .unclosedString: "a string without an end"
        case .controlCharacter: "a control character that is not escaped"
        case .invalidEscape: "an escape that does not exist"
        case .loneSurrogate: "half of a surrogate pair"
        case .invalidNumber: "a malformed number"
        case .unexpected: "something that may not stand here"
        case .incomplete: "the text ends too soon"
        case .trailingBytes: "something after the value"
        case .duplicateKey(let key): "the key \(key.debugDescription) a second time"
        case .outOfMemory: "no memory left"
        }
    }
}
