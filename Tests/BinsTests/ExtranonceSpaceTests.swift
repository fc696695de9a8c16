import Bins
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct ExtranonceSpaceTests {
    private static let hourMs: UInt64 = 3_600_000
    private static let settlingMs: UInt64 = 1_200_000
    private static let startMs: UInt64 = 1_790_000_000_000
    private static let valueCount = ExtranonceRecord.segmentCount * Int(ExtranonceRecord.segmentSize)

    /// A space that changes in place, so that expectations can be about what it gives.
    private final class Space {
        var value: ExtranonceSpace

        init(_ record: ExtranonceRecord = ExtranonceRecord()) {
            value = ExtranonceSpace(record, settlingMs: settlingMs)
        }

        var record: ExtranonceRecord { value.record }

        func take(_ count: Int, untilMs: UInt64, nowMs: UInt64) -> [UInt32]? {
            value.take(count, untilMs: untilMs, nowMs: nowMs)
        }

        func extend(_ number: UInt32, untilMs: UInt64, nowMs: UInt64) -> Bool {
            value.extend(number, untilMs: untilMs, nowMs: nowMs)
        }
    }

    @Test func valuesComeInBlocksAndAreNotedFirst() throws {
        let space = Space()
        #expect(space.take(3, untilMs: Self.startMs, nowMs: Self.startMs) == [0, 1, 2])
        #expect(space.record.used == ExtranonceSpace.blockSize)
        let record = space.record
        #expect(space.take(253, untilMs: Self.startMs, nowMs: Self.startMs)?.last == 255)
        #expect(space.record == record)
        #expect(space.take(1, untilMs: Self.startMs, nowMs: Self.startMs) == [256])
        #expect(space.record.used == 2 * ExtranonceSpace.blockSize)
        let later = Space(record)
        #expect(later.take(1, untilMs: Self.startMs, nowMs: Self.startMs) == [256])
    }

    @Test func whenAllLiveThereIsNoneUntilTheyHaveEndedAndSettled() throws {
        let space = Space()
        let untilMs = Self.startMs + 24 * Self.hourMs
        for _ in 0..<Self.valueCount / 1_024 {
            _ = try #require(space.take(1_024, untilMs: untilMs, nowMs: Self.startMs))
        }
        #expect(space.value.liveSegmentCount(nowMs: Self.startMs) == ExtranonceRecord.segmentCount)
        let full = space.value
        let endMs = (untilMs / Self.hourMs + 1) * Self.hourMs
        for nowMs in [Self.startMs, untilMs, endMs, endMs + Self.settlingMs - 1] {
            #expect(space.take(1, untilMs: nowMs + 1, nowMs: nowMs) == nil)
            #expect(space.value == full)
        }
        #expect(space.take(1, untilMs: endMs + Self.hourMs, nowMs: endMs + Self.settlingMs) == [0])
    }

    @Test func aSegmentThatLivesOrIsHeldIsPassedOver() throws {
        let space = Space()
        let segment = Int(ExtranonceRecord.segmentSize)
        for _ in 0..<ExtranonceRecord.segmentCount {
            _ = try #require(space.take(segment, untilMs: Self.startMs + 1, nowMs: Self.startMs))
        }
        #expect(space.extend(0, untilMs: Self.startMs + 24 * Self.hourMs, nowMs: Self.startMs))
        space.value.hold([65_536, 65_537, 3 * 65_536])
        let laterMs = Self.startMs + 2 * Self.hourMs
        #expect(space.take(1, untilMs: laterMs, nowMs: laterMs) == [131_072])
        let last = space.take(segment, untilMs: laterMs, nowMs: laterMs)?.last
        #expect(last == 262_144)
        // Held values stay one's own, whatever their end; others do not.
        #expect(space.extend(65_537, untilMs: laterMs, nowMs: laterMs + 10 * Self.hourMs))
        #expect(!space.extend(5 * 65_536, untilMs: laterMs, nowMs: laterMs))
    }

    @Test func aTakeThatCannotBeWholeTakesNothing() throws {
        let space = Space()
        let segment = Int(ExtranonceRecord.segmentSize)
        let untilMs = Self.startMs + 24 * Self.hourMs
        for _ in 1..<ExtranonceRecord.segmentCount { _ = space.take(segment, untilMs: untilMs, nowMs: Self.startMs) }
        _ = try #require(space.take(segment - 10, untilMs: untilMs, nowMs: Self.startMs))
        #expect(space.take(11, untilMs: untilMs, nowMs: Self.startMs) == nil)
        #expect(space.take(10, untilMs: untilMs, nowMs: Self.startMs)?.count == 10)
    }

    @Test func aRecordIsReadAsItWasWritten() throws {
        let space = Space()
        _ = space.take(70_000, untilMs: Self.startMs, nowMs: Self.startMs)
        #expect(ExtranonceRecord(space.record.description) == space.record)
        #expect(space.record.description.utf8.count <= ExtranonceRecord.textByteCountMax)
        let text = space.record.description
        for broken in [
            "", String(text.dropLast()), text + "x", "9" + text, text.replacing("used", with: "uses"),
            text.replacing(" 0 0", with: " 0 -1"), text.replacing(" 0 0", with: " 0"),
            text.replacing("4464", with: "70000"),
        ] {
            #expect(ExtranonceRecord(broken) == nil || broken == text)
        }
    }

    /// Millions of leases over weeks, with renewals, restarts from any state that disk had, and writes that fail.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func noValueIsEverGivenToTwo(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var disk = ExtranonceRecord()
        var space = ExtranonceSpace(disk, settlingMs: Self.settlingMs)
        /// Until when each value is somebody's, with the time that its jobs need to settle.
        var ends = [UInt64](repeating: 0, count: Self.valueCount)
        var nowMs = Self.startMs
        var given = 0
        var refused = 0
        var lately: [UInt32] = []
        for _ in 0..<12_000 {
            nowMs += UInt64.random(in: 0...600_000, using: &random)
            let untilMs = nowMs + UInt64.random(in: 1...24, using: &random) * Self.hourMs
            var next = space
            var changed: [UInt32] = []
            var isNew = false
            switch UInt8.random(in: 0..<10, using: &random) {
            case 0:  // a restart: what was never noted is forgotten
                space = ExtranonceSpace(disk, settlingMs: Self.settlingMs)
                continue
            case 1:
                changed = lately.filter { nowMs + Self.settlingMs < ends[Int($0)] }
                guard changed.allSatisfy({ next.extend($0, untilMs: untilMs, nowMs: nowMs) }) else {
                    Issue.record("a lease that has not ended was not renewed, seed \(seed)")
                    return
                }
            default:
                isNew = true
                let values = next.take(Int.random(in: 1...4_000, using: &random), untilMs: untilMs, nowMs: nowMs)
                refused += values == nil ? 1 : 0
                changed = values ?? []
            }
            let isFailed = next.record != space.record && UInt8.random(in: 0..<20, using: &random) == 0
            if isFailed {  // the write failed, or reached the disk without our being told
                if Bool.random(using: &random) { disk = next.record }
                continue
            }
            disk = next.record
            space = next
            for value in changed {
                if isNew, ends[Int(value)] > nowMs {
                    Issue.record("\(value) was given twice, seed \(seed)")
                    return
                }
                ends[Int(value)] = max(ends[Int(value)], untilMs + Self.settlingMs)
            }
            if isNew, let first = changed.first {
                given += changed.count
                lately = lately.suffix(20) + [first]
            }
        }
        #expect(given > 15_000_000, "given \(given), refused \(refused)")
    }
}
