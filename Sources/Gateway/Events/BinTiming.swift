/// When a client that listens should be offered its next bin: a pure value for one client.
///
/// One bin is offered ahead, and no more until the client shows that it works on it.
struct BinTiming: Sendable {
    /// The last part of a bin's time, in which the next bin is offered; a round trip fits in.
    private static let leadPart: UInt64 = 5
    private static let leadMsMin: UInt64 = 300

    private(set) var isDueAtMs: UInt64?
    private var lastDurationMs: UInt64 = 0

    /// The client has a bin that it begins about now.
    mutating func began(durationMs: UInt32, at nowMs: UInt64) {
        lastDurationMs = UInt64(durationMs)
        schedule(at: nowMs)
    }

    /// The client is done with a bin, and goes on with the one it was offered.
    mutating func finishedOne(at nowMs: UInt64) {
        guard lastDurationMs > 0 else { return }
        schedule(at: nowMs)
    }

    /// Its work is worth nothing any more: it wants another bin at once.
    mutating func jobChanged(at nowMs: UInt64) {
        isDueAtMs = nowMs
    }

    /// It was given another bin ahead of need.
    mutating func wasOffered(durationMs: UInt32) {
        lastDurationMs = UInt64(durationMs)
        isDueAtMs = nil
    }

    private mutating func schedule(at nowMs: UInt64) {
        let leadMs = max(lastDurationMs / Self.leadPart, Self.leadMsMin)
        isDueAtMs = nowMs + (lastDurationMs > leadMs ? lastDurationMs - leadMs : 0)
    }
}
