import System

/// Version 1: `PROXY TCP4 192.0.2.1 198.51.100.1 35646 80\r\n`.
extension ProxyHeader {
    /// The end of the line included, as the document says.
    private static let textByteCountMax = 107

    static func parseText(_ bytes: [UInt8]) -> Outcome {
        let beginning = bytes.prefix(textByteCountMax)
        guard let end = beginning.firstIndex(of: UInt8(ascii: "\n")) else {
            return bytes.count < textByteCountMax ? .incomplete : .malformed(.tooLong)
        }
        guard end > 0, bytes[end - 1] == UInt8(ascii: "\r") else { return .malformed(.badText) }
        let line = bytes[..<(end - 1)]
        guard line.allSatisfy({ (0x20...0x7e).contains($0) }) else { return .malformed(.badText) }
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard words.count >= 2 else { return .malformed(.badText) }
        switch words[1] {
        case "UNKNOWN": return .header(byteCount: end + 1, source: nil)  // whatever follows is to be ignored
        case "TCP4", "TCP6":
            guard words.count == 6, isPort(words[4]), isPort(words[5]),
                isAddress(words[2], colons: words[1] == "TCP6"), isAddress(words[3], colons: words[1] == "TCP6"),
                let source = RemoteAddress(words[2])
            else { return .malformed(.badText) }
            return .header(byteCount: end + 1, source: source)
        case _: return .malformed(.badFamily)
        }
    }

    private static func isAddress(_ text: String, colons: Bool) -> Bool {
        text.contains(":") == colons && RemoteAddress(text) != nil
    }

    private static func isPort(_ text: String) -> Bool {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } && UInt16(text) != nil
            && (text == "0" || !text.hasPrefix("0"))
    }
}
