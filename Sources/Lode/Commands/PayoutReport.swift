import JSON
import ServiceRuntime

/// One payout as people read it.
struct PayoutReport: CustomStringConvertible {
    private let payout: JSON

    init(_ payout: JSON) {
        self.payout = payout
    }

    var description: String {
        var lines = [
            "payout    \(Self.number(payout["id"])), \(Self.text(payout["state"]))",
            "made      \(Self.time(payout["created_at_ms"])), last change \(Self.time(payout["updated_at_ms"]))",
            "pays      \(Self.number(payout["amount"])) base units to \(Self.number(payout["accounts"])) accounts",
        ]
        let reason = Self.text(payout["reason"])
        if !reason.isEmpty { lines.append("reason    \(reason)") }
        for transaction in payout["transactions"]?.array ?? [] {
            lines.append(
                """
                sent as   \(Self.text(transaction["txid"])), fee \(Self.number(transaction["fee"])), \
                \(Self.number(transaction["confirmations"])) confirmations, signed \(Self.time(transaction["created_at_ms"]))
                """
            )
        }
        if let handover = payout["handover"], !handover.isNull {
            let exported = handover["exported_at_ms"]?.uint64 == nil ? "nobody has exported it yet" : "first exported"
            let when = handover["exported_at_ms"]?.uint64 == nil ? "" : " \(Self.time(handover["exported_at_ms"]))"
            lines.append("to sign   elsewhere, fee \(Self.number(handover["fee"])), \(exported)\(when)")
        }
        lines.append("outputs")
        for output in payout["outputs"]?.array ?? [] {
            let part = output["fee_part"]?.int64 ?? 0
            let fee = part > 0 ? ", of \(Self.number(output["amount"])): \(part) is its part of the fee" : ""
            lines.append("  \(Self.text(output["address"]))  \(Self.number(output["arrives"]))\(fee)")
        }
        let history = payout["history"]?.array ?? []
        lines.append(history.isEmpty ? "history   nobody has done anything about it" : "history")
        lines += history.map { "  \(OperatorReport.line($0))" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Many, one a line.
    static func table(_ payouts: [JSON]) -> String {
        let rows = payouts.map { payout in
            let reason = text(payout["reason"])
            return [
                number(payout["id"]), text(payout["state"]), time(payout["created_at_ms"]),
                "\(number(payout["amount"])) to \(number(payout["accounts"]))",
                reason.isEmpty ? text(payout["txid"]) : reason,
            ]
        }
        return columns([["id", "state", "made", "amount, accounts", "transaction or reason"]] + rows)
    }

    /// The last column is not padded.
    static func columns(_ rows: [[String]]) -> String {
        guard let first = rows.first else { return "" }
        let widths = first.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { column in
                let missing = column == row.count - 1 ? 0 : widths[column] - row[column].count
                return row[column] + String(repeating: " ", count: missing)
            }.joined(separator: "  ") + "\n"
        }.joined()
    }

    static func text(_ json: JSON?) -> String { json?.string ?? "" }
    static func number(_ json: JSON?) -> String { json?.number?.description ?? "?" }

    static func time(_ json: JSON?) -> String {
        (json?.uint64).map { UTCTime(unixMilliseconds: $0).description } ?? "?"
    }
}
