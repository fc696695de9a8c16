internal import JSON

/// The beginning of a session: `mining.subscribe`.
package struct SubscribeRequest: Hashable, Sendable {
    /// In characters of ASCII: more is cut off, because it is for statistics only.
    package static let userAgentByteCountMax = 128
    /// In bytes: a longer one was never given out by the pool.
    package static let sessionIDByteCountMax = 64

    /// The miner's program; printable ASCII, with `?` for anything else.
    package let userAgent: String?
    /// The session that it would like to continue.
    package let sessionID: String?

    package init(userAgent: String?, sessionID: String?) {
        self.userAgent = userAgent
        self.sessionID = sessionID
    }

    /// - Returns: `nil` when one of the two is no string; what else miners send is ignored.
    init?(_ params: [JSON]) {
        guard case let (agent?, session?) = (params.optionalText(at: 0), params.optionalText(at: 1)) else { return nil }
        let isKnown = !session.isEmpty && session.utf8.count <= Self.sessionIDByteCountMax
        self.init(userAgent: agent.isEmpty ? nil : Self.printable(agent), sessionID: isKnown ? session : nil)
    }

    static func printable(_ text: String) -> String {
        String(
            decoding: text.unicodeScalars.prefix(userAgentByteCountMax).map { scalar in
                (0x20..<0x7f).contains(scalar.value) ? UInt8(scalar.value) : UInt8(ascii: "?")
            },
            as: UTF8.self
        )
    }
}

extension [JSON] {
    /// A string, or empty when there is none.
    ///
    /// - Returns: `nil` when something else stands there.
    func optionalText(at place: Int) -> String? {
        guard place < count, !self[place].isNull else { return "" }
        return self[place].string
    }
}
