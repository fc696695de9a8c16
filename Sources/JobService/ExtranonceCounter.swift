import Bins
import Synchronization
import System

/// Gives extranonce1 values that nobody can still be using: this replica's number in 8 bits, and 24 from its space on disk.
final class ExtranonceCounter: Sendable {
    /// Bits of a value that tell the replicas apart are above this many.
    private static let valueBitCount: UInt32 = 24
    private static let valueMask: UInt32 = 1 << valueBitCount - 1

    private let path: String
    private let replica: UInt8
    private let space: Mutex<ExtranonceSpace>

    /// - Parameters:
    ///   - folder: This replica's alone.
    ///   - replica: Different for each one of a pool.
    ///   - settlingMs: How long after a lease's end a job of its time can still be credited.
    ///   - nowMs: Unix time.
    /// - Throws: When the space cannot be read: then nothing may be leased.
    init(folder: String, replica: UInt8, settlingMs: UInt64, nowMs: UInt64) throws(SystemError) {
        path = folder + "/extranonce"
        self.replica = replica
        let record = try Self.read(path, untilMs: nowMs + settlingMs)
        space = Mutex(ExtranonceSpace(record, settlingMs: settlingMs))
    }

    /// Values that are in use until `untilMs` at the latest; on disk before they are given, so that a crash brings none back.
    func take(_ count: Int, untilMs: UInt64, nowMs: UInt64) throws(ExtranonceError) -> [UInt32] {
        let values = try change { $0.take(count, untilMs: untilMs, nowMs: nowMs) }
        guard let values else { throw .exhausted }
        return values.map { UInt32(replica) << Self.valueBitCount | $0 }
    }

    /// Lets values be used for longer, on disk when this returns.
    ///
    /// - Returns: Of each, whether it can be: another replica's cannot, nor one whose lease has ended.
    func extend(_ values: [UInt32], untilMs: UInt64, nowMs: UInt64) throws(ExtranonceError) -> [Bool] {
        try change { space in
            values.map { value in
                value >> Self.valueBitCount == replica
                    && space.extend(value & Self.valueMask, untilMs: untilMs, nowMs: nowMs)
            }
        }
    }

    /// Bins are cut under these values, and no others, for as long as this process likes.
    func hold(_ values: [UInt32]) {
        space.withLock { $0.hold(values.map { $0 & Self.valueMask }) }
    }

    func liveSegmentCount(nowMs: UInt64) -> Int {
        space.withLock { $0.liveSegmentCount(nowMs: nowMs) }
    }

    /// Changes the space, unless what it must remember cannot be kept: then nothing has changed.
    private func change<Value: Sendable>(
        _ body: (inout ExtranonceSpace) -> Value
    ) throws(ExtranonceError) -> Value {
        try space.withLock { space throws(ExtranonceError) in
            var next = space
            let value = body(&next)
            if next.record != space.record {
                do throws(SystemError) {
                    try DurableFile.replace(path, with: Array(next.record.description.utf8))
                } catch {
                    throw .unkept(error)
                }
            }
            space = next
            return value
        }
    }

    private static func read(_ path: String, untilMs: UInt64) throws(SystemError) -> ExtranonceRecord {
        guard DurableFile.exists(path) else { return ExtranonceRecord() }
        let bytes = try DurableFile.read(path, byteCountMax: ExtranonceRecord.textByteCountMax)
        let text = String(decoding: bytes, as: UTF8.self)
        // A bare number is the last value that an earlier version gave.
        if let last = UInt32(text), last <= valueMask { return ExtranonceRecord(last: last, untilMs: untilMs) }
        guard let record = ExtranonceRecord(text) else { throw SystemError("read", path, .malformed) }
        return record
    }
}
