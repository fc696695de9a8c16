import Bins
import System
import TestSupport
import Testing

@testable import JobService

@Suite struct ExtranonceCounterTests {
    private static let dayMs: UInt64 = 86_400_000
    private static let nowMs: UInt64 = 1_790_000_000_000

    private static func counter(_ folder: ScratchFolder, nowMs: UInt64 = nowMs) throws -> ExtranonceCounter {
        try ExtranonceCounter(folder: folder.path, replica: 9, settlingMs: 1_200_000, nowMs: nowMs)
    }

    @Test func everyValueIsNewInEveryLife() throws {
        let folder = try ScratchFolder("extranonce")
        var seen: Set<UInt32> = []
        for count in [1, 1, 255, 256, 257, 1_000, 1] {
            let counter = try Self.counter(folder)
            for _ in 0..<3 {
                let values = try counter.take(count, untilMs: Self.nowMs + Self.dayMs, nowMs: Self.nowMs)
                #expect(values.count == count && values.allSatisfy { $0 >> 24 == 9 })
                #expect(seen.isDisjoint(with: values))
                seen.formUnion(values)
            }
        }
    }

    @Test func oneWriteIsForManyValues() throws {
        let folder = try ScratchFolder("extranonce")
        let counter = try Self.counter(folder)
        _ = try counter.take(1, untilMs: Self.nowMs, nowMs: Self.nowMs)
        try DurableFile.remove(folder.path + "/extranonce")
        _ = try counter.take(255, untilMs: Self.nowMs, nowMs: Self.nowMs)
        #expect(!DurableFile.exists(folder.path + "/extranonce"))
        _ = try counter.take(1, untilMs: Self.nowMs, nowMs: Self.nowMs)
        #expect(DurableFile.exists(folder.path + "/extranonce"))
    }

    @Test func whatCannotBeKeptIsNotGiven() throws {
        let folder = try ScratchFolder("extranonce")
        let counter = try Self.counter(folder)
        // A folder where the file should be: it cannot be replaced.
        try Folder.create(folder.path + "/extranonce")
        #expect(throws: ExtranonceError.self) {
            try counter.take(1, untilMs: Self.nowMs, nowMs: Self.nowMs)
        }
        try Folder.removeTree(folder.path + "/extranonce")
        let values = try counter.take(1, untilMs: Self.nowMs + 1, nowMs: Self.nowMs)
        #expect(values == [9 << 24])
        let untilMs = Self.nowMs + 10 * Self.dayMs
        try DurableFile.remove(folder.path + "/extranonce")
        try Folder.create(folder.path + "/extranonce")
        #expect(throws: ExtranonceError.self) { try counter.extend(values, untilMs: untilMs, nowMs: Self.nowMs) }
    }

    @Test func onlyOwnValuesAreExtended() throws {
        let folder = try ScratchFolder("extranonce")
        let counter = try Self.counter(folder)
        let values = try counter.take(2, untilMs: Self.nowMs + 1, nowMs: Self.nowMs)
        let asked: [UInt32] = [values[0], 8 << 24, values[1], 9 << 24 | 200_000]
        let untilMs = Self.nowMs + Self.dayMs
        #expect(try counter.extend(asked, untilMs: untilMs, nowMs: Self.nowMs) == [true, false, true, false])
        #expect(try counter.extend(values, untilMs: untilMs, nowMs: untilMs - 1) == [true, true])
        #expect(try counter.extend(values, untilMs: .max, nowMs: untilMs + Self.dayMs) == [false, false])
    }

    @Test func theBareCountOfAnEarlierVersionIsGoneOnFrom() throws {
        let folder = try ScratchFolder("extranonce")
        try DurableFile.replace(folder.path + "/extranonce", with: Array("70000".utf8))
        let counter = try Self.counter(folder)
        #expect(try counter.take(1, untilMs: Self.nowMs, nowMs: Self.nowMs) == [9 << 24 | 70_001])
    }

    @Test(arguments: ["many", "", "16777216", "segment 0 used 0\n", "segment 256 used 0\nends 1\n"])
    func whatMakesNoSenseIsNoBeginning(text: String) throws {
        let folder = try ScratchFolder("extranonce")
        try DurableFile.replace(folder.path + "/extranonce", with: Array(text.utf8))
        #expect(throws: SystemError.self) { try Self.counter(folder) }
    }
}
