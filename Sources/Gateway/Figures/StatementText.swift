import Messages
import ServiceRuntime

/// An account's entries as a table for spreadsheets (RFC 4180).
///
/// The units of the lines into a bucket less those of the lines out of it are the bucket's balance.
enum StatementText {
    static let head = "entry,time,kind,reference,from,to,units,coins\r\n"

    static func text(of entries: [Entry]) -> String {
        head
            + entries.map { entry in
                let time = UTCTime(unixMilliseconds: entry.atMs)
                // All of them the pool's own words: letters, digits, ':', '_' and nothing that a field must be quoted for.
                return "\(entry.number),\(time),\(entry.kind),\(entry.reference),\(entry.from),\(entry.to),"
                    + "\(entry.amount),\(coins(entry.amount))\r\n"
            }.joined()
    }

    /// With all eight decimals, exactly.
    static func coins(_ units: UInt64) -> String {
        let (coins, rest) = units.quotientAndRemainder(dividingBy: 100_000_000)
        let digits = String(rest)
        return "\(coins)." + String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
