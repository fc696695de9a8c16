/// The extranonce1 values of one replica, 24 bits each: gives values that nobody can still be using.
///
/// One segment is given out after the other, round and round. A segment is entered again only when every lease in it has
/// ended, and the jobs of that time can be credited no more; one that still lives is passed over.
package struct ExtranonceSpace: Hashable, Sendable {
    /// Values that are noted as used at once: so many are lost by a crash, and so many need only one write.
    package static let blockSize: UInt32 = 256

    /// What must be on disk before any value that was given, or extended, is relied on.
    package private(set) var record: ExtranonceRecord
    /// How long after a lease's end a job of its time can still be credited, in milliseconds.
    private let settlingMs: UInt64
    /// Values of the current segment that were given; never more than the record has.
    private var used: UInt32
    /// Segments that are not entered whatever their end says.
    private var held: Set<Int> = []

    /// Goes on behind everything that the record has as used.
    package init(_ record: ExtranonceRecord, settlingMs: UInt64) {
        self.record = record
        self.settlingMs = settlingMs
        used = record.used
    }

    /// Gives `count` values, at least 1, that are in use until `untilMs` at the latest.
    ///
    /// - Returns: `nil`, and nothing has changed, when there are not so many that nobody can still be using.
    package mutating func take(_ count: Int, untilMs: UInt64, nowMs: UInt64) -> [UInt32]? {
        precondition(count > 0)
        var next = self
        var values: [UInt32] = []
        values.reserveCapacity(count)
        while values.count < count {
            guard next.used < ExtranonceRecord.segmentSize || next.enterAnother(nowMs: nowMs) else { return nil }
            values += next.takeFromSegment(atMost: count - values.count, untilMs: untilMs)
        }
        self = next
        return values
    }

    /// Lets a value that is in use be used for longer.
    ///
    /// - Returns: Whether it can be: `false` when its lease must have ended, so that it may be somebody else's.
    package mutating func extend(_ value: UInt32, untilMs: UInt64, nowMs: UInt64) -> Bool {
        let segment = ExtranonceRecord.segment(of: value)
        guard held.contains(segment) || nowMs < record.endMs(segment) else { return false }
        record.extend(segment, untilMs: untilMs)
        return true
    }

    /// Bins are cut under these values, and no others, for as long as this process likes.
    package mutating func hold(_ values: [UInt32]) {
        held = Set(values.map(ExtranonceRecord.segment(of:)))
    }

    /// Segments that hold values which may be in use.
    package func liveSegmentCount(nowMs: UInt64) -> Int {
        (0..<ExtranonceRecord.segmentCount).count { !isFree($0, nowMs: nowMs) }
    }

    private func isFree(_ segment: Int, nowMs: UInt64) -> Bool {
        let endMs = record.endMs(segment)
        return !held.contains(segment) && (endMs == 0 || endMs + settlingMs <= nowMs)
    }

    private mutating func enterAnother(nowMs: UInt64) -> Bool {
        let count = ExtranonceRecord.segmentCount
        let others = (1...count).lazy.map { [segment = record.segment] in (segment + $0) % count }
        guard let segment = others.first(where: { isFree($0, nowMs: nowMs) }) else { return false }
        record.enter(segment)
        used = 0
        return true
    }

    private mutating func takeFromSegment(atMost count: Int, untilMs: UInt64) -> Range<UInt32> {
        let size = min(UInt32(clamping: count), ExtranonceRecord.segmentSize - used)
        let first = UInt32(record.segment) * ExtranonceRecord.segmentSize + used
        used += size
        if used > record.used { record.use((used + Self.blockSize - 1) / Self.blockSize * Self.blockSize) }
        record.extend(record.segment, untilMs: untilMs)
        return first..<first + size
    }
}
