internal import Messages

/// The calls that wait until their shares are durable; what follows from each event is decided here.
struct RecordingQueue {
    typealias Outcome = Result<[Int], RPCError>

    /// One call's end.
    struct Ended {
        let done: CheckedContinuation<Outcome, Never>
        let outcome: Outcome

        func resume() { done.resume(returning: outcome) }
    }

    /// Shares that one call brought, and what has become of them.
    private struct Call {
        var duplicates: [Int] = []
        var openCount: Int
        let done: CheckedContinuation<Outcome, Never>
    }

    private struct Waiting {
        let call: Int
        let shares: ShareColumns
        /// How many of them are in a batch already.
        var takenCount = 0
    }

    private var calls: [Int: Call] = [:]
    private var lastCall = 0
    private var waiting: [Waiting] = []
    private var refused = RefusedCounts()
    /// Whether somebody brings batches.
    private var isBrought = false
    /// With the ledger away, counts alone are not worth a try after a try: the next call gives them one.
    private var areCountsLeft = false
    /// Shares that are in no batch yet.
    private(set) var waitingCount = 0

    mutating func add(_ more: [RefusedShares]) {
        refused.add(more)
        areCountsLeft = false
    }

    /// The ledger could not be told.
    mutating func putBack(_ counts: [RefusedShares]) {
        refused.add(counts)
        areCountsLeft = true
    }

    /// - Returns: Why the shares are not taken, if they are not.
    mutating func add(
        _ shares: ShareColumns,
        refused more: [RefusedShares],
        _ done: CheckedContinuation<Outcome, Never>
    ) -> RPCError? {
        add(more)
        guard waitingCount + shares.count <= ShareRecorder.waitingCountMax else {
            return .resourceExhausted("\(waitingCount) shares already wait to be recorded")
        }
        lastCall += 1
        calls[lastCall] = Call(openCount: shares.count, done: done)
        waiting.append(Waiting(call: lastCall, shares: shares))
        waitingCount += shares.count
        return nil
    }

    /// - Returns: `false` when somebody does it already.
    mutating func beginBringing() -> Bool {
        defer { isBrought = true }
        return !isBrought
    }

    /// What has waited longest; without shares, when only refused ones are to be told.
    ///
    /// - Returns: `nil` when nothing waits: whoever brought batches is free.
    mutating func takeBatch() -> (batch: RecordingBatch, refused: [RefusedShares])? {
        guard !waiting.isEmpty || !refused.isEmpty && !areCountsLeft else {
            isBrought = false
            return nil
        }
        var shares = ShareColumns()
        var parts: [RecordingBatch.Part] = []
        var wholeCount = 0
        for index in waiting.indices {
            let room = ShareRecorder.batchCountMax - shares.count
            guard room > 0 else { break }
            let next = waiting[index]
            let count = min(room, next.shares.count - next.takenCount)
            let isWhole = count == next.shares.count
            let taken = isWhole ? next.shares : next.shares.picked(next.takenCount..<(next.takenCount + count))
            if shares.isEmpty { shares = taken } else { shares.append(contentsOf: taken) }
            parts.append(RecordingBatch.Part(call: next.call, start: next.takenCount, count: count))
            waiting[index].takenCount += count
            if waiting[index].takenCount == next.shares.count { wholeCount += 1 }
        }
        waiting.removeFirst(wholeCount)
        waitingCount -= shares.count
        return (RecordingBatch(shares: shares, parts: parts), refused.take())
    }

    /// Every share of the batch is durable, or another submission's.
    ///
    /// - Returns: The calls of which this was the last part.
    mutating func settle(_ batch: RecordingBatch, duplicates: [Int]) -> [Ended] {
        var ended: [Ended] = []
        var first = 0
        var rest = duplicates[...]
        for part in batch.parts {
            let own = rest.prefix { $0 < first + part.count }
            rest = rest.dropFirst(own.count)
            if var call = calls[part.call] {
                for place in own { call.duplicates.append(place - first + part.start) }
                call.openCount -= part.count
                calls[part.call] = call.openCount == 0 ? nil : call
                if call.openCount == 0 { ended.append(Ended(done: call.done, outcome: .success(call.duplicates))) }
            }
            first += part.count
        }
        return ended
    }

    /// None of the batch was kept.
    mutating func fail(_ batch: RecordingBatch, _ error: RPCError) -> [Ended] {
        batch.parts.compactMap { part in
            calls.removeValue(forKey: part.call).map { Ended(done: $0.done, outcome: .failure(error)) }
        }
    }
}
