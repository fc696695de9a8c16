import JSON

/// Entries of the audit log as people read them.
enum OperatorReport {
    static func line(_ entry: JSON) -> String {
        let parameters = (entry["parameters"]?.object?.members ?? []).map { "\($0.key)=\($0.value.string ?? "")" }
        let note = PayoutReport.text(entry["note"])
        let parts =
            [
                PayoutReport.time(entry["at_ms"]), PayoutReport.text(entry["operator"]),
                PayoutReport.text(entry["action"]), PayoutReport.text(entry["object"]),
            ] + parameters + [PayoutReport.text(entry["outcome"]) + (note.isEmpty ? "" : ": \(note)")]
        return parts.joined(separator: "  ")
    }
}
