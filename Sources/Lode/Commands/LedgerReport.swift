import JSON

/// What `/ledger/verify` answers, as people read it.
struct LedgerReport: CustomStringConvertible {
    struct Finding {
        let name: String
        let meaning: String
        let count: Int64
        let rows: [String]
        let remedy: String
    }

    let checked: [String]
    let findings: [Finding]
    let unchecked: [(name: String, reason: String)]

    init(_ json: JSON) {
        func text(_ json: JSON?) -> String { json?.string ?? "" }
        checked = (json["checked"]?.array ?? []).map { text($0) }
        findings = (json["findings"]?.array ?? []).map { finding in
            Finding(
                name: text(finding["name"]),
                meaning: text(finding["meaning"]),
                count: finding["count"]?.int64 ?? 0,
                rows: (finding["rows"]?.array ?? []).map { text($0) },
                remedy: text(finding["remedy"])
            )
        }
        unchecked = (json["unchecked"]?.array ?? []).map { (text($0["name"]), text($0["reason"])) }
    }

    var description: String {
        let wrong = Set(findings.map(\.name))
        var lines = checked.map { "\(wrong.contains($0) ? "WRONG" : "right")  \($0)" }
        lines += unchecked.map { "not checked  \($0.name): \($0.reason)" }
        for finding in findings {
            lines += ["", "\(finding.name): \(finding.meaning) (\(finding.count))"]
            lines += finding.rows.map { "  \($0)" }
            if finding.count > finding.rows.count {
                lines.append("  and \(finding.count - Int64(finding.rows.count)) more")
            }
            lines.append("  to do: \(finding.remedy)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
