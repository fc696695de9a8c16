import JSON

/// Why a session's connection has to end.
enum StratumEnd: Hashable, Sendable {
    /// Try again, a little later each time.
    case trouble(String)
    /// The pool does not let this user in.
    case refused(String)
    /// The pool wants us to come again, perhaps elsewhere.
    case reconnect(StratumReconnect)
}

/// What `client.reconnect` asks for: host, port and seconds to wait, each if it is given.
struct StratumReconnect: Hashable, Sendable {
    /// Longer than a pool has reason to keep its miners away.
    static let waitMax: Duration = .seconds(300)

    let host: String?
    let port: UInt16?
    let wait: Duration

    init(_ parameters: StratumParameters) {
        let values = parameters.values
        let host = values.first?.string ?? ""
        self.host = host.isEmpty ? nil : host
        port = values.dropFirst().first.flatMap(Self.number).flatMap { UInt16(exactly: $0) }
        let seconds = values.dropFirst(2).first.flatMap(Self.number) ?? 0
        wait = min(.seconds(seconds), Self.waitMax)
    }

    /// Pools write numbers here as text too.
    private static func number(_ value: JSON) -> UInt32? {
        value.uint32 ?? value.string.flatMap { UInt32($0) }
    }
}
