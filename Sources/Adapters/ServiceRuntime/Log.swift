/// What happened, as lines of keys and values with stable names.
package struct Log: Sendable {
    package enum Level: String, CaseIterable, Comparable, Sendable {
        case debug, info, warning, error

        package static func < (left: Level, right: Level) -> Bool {
            order(left) < order(right)
        }

        private static func order(_ level: Level) -> Int {
            switch level {
            case .debug: 0
            case .info: 1
            case .warning: 2
            case .error: 3
            }
        }
    }

    package typealias Fields = KeyValuePairs<String, any CustomStringConvertible & Sendable>

    private let service: String
    private let minimum: Level
    private let clock: any WallClock
    private let sink: any LogSink

    package init(service: String, minimum: Level, clock: any WallClock, sink: any LogSink) {
        self.service = service
        self.minimum = minimum
        self.clock = clock
        self.sink = sink
    }

    /// The same log under another service's name.
    package func named(_ service: String) -> Log {
        Log(service: service, minimum: minimum, clock: clock, sink: sink)
    }

    package func debug(_ event: String, _ fields: Fields = [:]) { write(.debug, event, fields) }
    package func info(_ event: String, _ fields: Fields = [:]) { write(.info, event, fields) }
    package func warning(_ event: String, _ fields: Fields = [:]) { write(.warning, event, fields) }
    package func error(_ event: String, _ fields: Fields = [:]) { write(.error, event, fields) }

    private func write(_ level: Level, _ event: String, _ fields: Fields) {
        guard level >= minimum else { return }
        var line = "time=\(UTCTime(unixMilliseconds: clock.unixMilliseconds)) level=\(level.rawValue)"
        line += " service=\(service) event=\(Self.quoted(event))"
        for (key, value) in fields { line += " \(key)=\(Self.quoted(value.description))" }
        sink.write(line)
    }

    /// The value itself when it is one plain word, else in quotes with its control characters escaped.
    private static func quoted(_ value: String) -> String {
        let plain = value.utf8.allSatisfy {
            $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=")
        }
        return plain && !value.isEmpty ? value : value.debugDescription
    }
}

/// Where finished log lines go.
package protocol LogSink: Sendable {
    func write(_ line: String)
}
