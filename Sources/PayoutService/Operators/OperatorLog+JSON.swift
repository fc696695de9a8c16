internal import JSON

extension JSON {
    init(_ entry: OperatorLog.Kept) {
        self = [
            "number": JSON(entry.number), "at_ms": JSON(entry.atMs), "operator": JSON(entry.operatorName),
            "action": JSON(entry.action), "object": JSON(entry.object),
            "parameters": (try? JSON(parsing: Array(entry.parameters.utf8))) ?? .null,
            "outcome": JSON(entry.outcome), "note": JSON(entry.note),
        ]
    }
}
