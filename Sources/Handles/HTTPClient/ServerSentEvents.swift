/// One event of a `text/event-stream`.
package struct ServerSentEvent: Hashable, Sendable {
    /// `message` when the server names none.
    package let name: String
    package let data: String

    package init(name: String, data: String) {
        self.name = name
        self.data = data
    }
}

/// Cuts a stream's bytes into events, as the HTML standard describes (section 9.2.6).
package struct ServerSentEventParser: Sendable {
    package enum Failure: Error {
        /// One event is larger than any that is expected.
        case eventTooLarge
    }

    private let byteCountMax: Int
    private var line: [UInt8] = []
    private var name = ""
    private var data: [String] = []
    private var byteCount = 0
    private var lastWasReturn = false

    /// - Parameter byteCountMax: Of one event.
    package init(byteCountMax: Int) {
        self.byteCountMax = byteCountMax
    }

    /// - Returns: The events that `bytes` complete.
    /// - Throws: `.eventTooLarge`.
    package mutating func append(_ bytes: [UInt8]) throws(Failure) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            defer { lastWasReturn = byte == 0x0d }
            switch byte {
            case 0x0a where lastWasReturn: break  // the second half of one line end
            case 0x0a, 0x0d: if let event = endLine() { events.append(event) }
            case _:
                byteCount += 1
                guard byteCount <= byteCountMax else { throw .eventTooLarge }
                line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine() -> ServerSentEvent? {
        let text = String(decoding: line, as: UTF8.self)
        line = []
        guard !text.isEmpty else { return endEvent() }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count > 1 ? parts[1] : ""
        let trimmed = String(value.hasPrefix(" ") ? value.dropFirst() : value)
        switch parts[0] {
        case "event": name = trimmed
        case "data": data.append(trimmed)
        case "": byteCount -= min(byteCount, text.utf8.count)  // a comment keeps the connection alive, and no more
        case _: break
        }
        return nil
    }

    private mutating func endEvent() -> ServerSentEvent? {
        defer { (name, data, byteCount) = ("", [], 0) }
        guard !data.isEmpty else { return nil }
        return ServerSentEvent(name: name.isEmpty ? "message" : name, data: data.joined(separator: "\n"))
    }
}
