/// Shares that are made durable together, and which call brought which of them.
struct RecordingBatch {
    /// Some of one call's shares, which stand together.
    struct Part {
        let call: Int
        /// The first one's place among the call's shares.
        let start: Int
        let count: Int
    }

    let shares: ShareColumns
    let parts: [Part]

    /// The same shares as two batches, which none may be missing from.
    var halves: (RecordingBatch, RecordingBatch) {
        let middle = shares.count / 2
        var first: [Part] = []
        var second: [Part] = []
        var place = 0
        for part in parts {
            let inFirst = min(part.count, max(0, middle - place))
            if inFirst > 0 { first.append(Part(call: part.call, start: part.start, count: inFirst)) }
            if inFirst < part.count {
                second.append(Part(call: part.call, start: part.start + inFirst, count: part.count - inFirst))
            }
            place += part.count
        }
        return (
            RecordingBatch(shares: shares.picked(0..<middle), parts: first),
            RecordingBatch(shares: shares.picked(middle..<shares.count), parts: second)
        )
    }
}
