import MiningDomain

/// Numbers jobs: 42 bits of milliseconds since 2020, 8 bits of the replica, 14 bits that count within one millisecond.
///
/// Ids of one replica only ever rise, even when the clock is set back, so none is given twice.
struct JobIDSource: Sendable {
    /// 2020-01-01T00:00:00Z, in milliseconds since 1970.
    private static let epochMs: UInt64 = 1_577_836_800_000
    private static let replicaBitCount: UInt64 = 8
    private static let counterBitCount: UInt64 = 14
    private static let msMask: UInt64 = 1 << 42 - 1

    private let replica: UInt8
    /// The last id's milliseconds and counter, as one number that rises.
    private var last: UInt64

    /// `newest` is the highest id that this replica ever gave.
    init(replica: UInt8, newest: JobID?) {
        self.replica = replica
        last = newest.map { Self.order($0.value) } ?? 0
    }

    mutating func next(nowMs: UInt64) -> JobID {
        let sinceMs = (nowMs > Self.epochMs ? nowMs - Self.epochMs : 0) & Self.msMask
        last = max(last + 1, max(sinceMs, 1) << Self.counterBitCount)
        let ms = last >> Self.counterBitCount
        let counter = last & (1 << Self.counterBitCount - 1)
        let value =
            ms << (Self.replicaBitCount + Self.counterBitCount)
            | UInt64(replica) << Self.counterBitCount | counter
        guard let id = JobID(value) else { preconditionFailure("a time after 2020 is never zero") }
        return id
    }

    /// The replica that made an id.
    static func replica(of id: UInt64) -> UInt8 {
        UInt8(truncatingIfNeeded: id >> counterBitCount)
    }

    private static func order(_ id: UInt64) -> UInt64 {
        let counter = id & (1 << counterBitCount - 1)
        return (id >> (replicaBitCount + counterBitCount)) << counterBitCount | counter
    }
}
