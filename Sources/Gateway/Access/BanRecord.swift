import System

/// How bans lie on disk: a line each, of the address, since when, until when, and the reason.
enum BanRecord {
    /// More than the largest list has.
    static let fileByteCountMax = BanList.banCountMax * (lineByteCountMax + 1)
    private static let reasonByteCountMax = 100
    private static let lineByteCountMax = 39 + 1 + 20 + 1 + 20 + 1 + reasonByteCountMax

    static func file(_ bans: some Collection<BanList.Ban>) -> [UInt8] {
        var bytes: [UInt8] = []
        for ban in bans {
            bytes.append(contentsOf: "\(ban.address) \(ban.sinceMs) \(ban.untilMs) \(ban.reason)\n".utf8)
        }
        return bytes
    }

    /// - Returns: What could be read, and how many lines could not.
    static func bans(_ bytes: [UInt8]) -> (bans: [BanList.Ban], malformedCount: Int) {
        var malformedCount = 0
        let bans = bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let ban = ban(String(decoding: line, as: UTF8.self))
            if ban == nil { malformedCount += 1 }
            return ban
        }
        return (bans, malformedCount)
    }

    /// A reason that is one line of bounded length.
    static func plain(_ reason: String) -> String {
        var text = ""
        for character in reason.map({ $0.isNewline ? " " : $0 }) {
            guard text.utf8.count + character.utf8.count <= reasonByteCountMax else { break }
            text.append(character)
        }
        return text
    }

    private static func ban(_ line: String) -> BanList.Ban? {
        let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, let address = RemoteAddress(String(parts[0])), let sinceMs = UInt64(parts[1]),
            let untilMs = UInt64(parts[2])
        else { return nil }
        return BanList.Ban(
            address: address.network,
            sinceMs: sinceMs,
            untilMs: untilMs,
            reason: plain(String(parts[3]))
        )
    }
}
