import Bins
import TestSupport
import Testing

@Suite struct SliceAllocatorTests {
    private static let unit = BinSlice.noncesPerExtranonce2

    @Test func slicesStayWithinOneExtranonce2OrCoverWholeOnes() throws {
        let allocator = HeldAllocator(extranonce1: 7)
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<5_000 {
            let size = UInt64(1) << UInt64.random(in: 0..<50, using: &generator)
            let slice = try #require(allocator.allocate(size, time: 1, nowMs: 0))
            #expect(slice.count <= size)
            if slice.count > Self.unit {
                #expect(slice.nonceStart == 0 && slice.count.isMultiple(of: Self.unit))
                #expect(slice.extranonce2Count == slice.count / Self.unit && slice.nonceCount == Self.unit)
            } else {
                #expect(slice.extranonce2Count == 1 && slice.nonceCount == slice.count)
            }
        }
    }

    /// Random sizes, of which some come back: what overlaps was cut for different times, and the later one is the higher.
    @Test(arguments: 1...20) func nothingIsSearchedTwice(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let allocator = HeldAllocator(extranonce1: 1)
        var given: [(slice: BinSlice, time: UInt32)] = []
        var time: UInt32 = 100
        for step in 0..<300 {
            time += UInt32.random(in: 0...1, using: &generator)
            let size = UInt64.random(in: 1...3_000, using: &generator) << UInt64.random(in: 0...24, using: &generator)
            let slice = try #require(allocator.allocate(size, time: time, nowMs: UInt64(step) * 20_000))
            for other in given where other.slice.overlaps(slice) { #expect(other.time < time) }
            given.append((slice, time))
            if Int.random(in: 0..<3, using: &generator) == 0 {
                allocator.giveBack(slice, time: time, nowMs: UInt64(step) * 20_000)
            }
        }
    }

    @Test func everythingThatComesBackIsGivenOutAgain() throws {
        var generator = SeededGenerator(seed: 3)
        let allocator = HeldAllocator(extranonce1: 1)
        var abandoned: [BinSlice] = []
        for index in 0..<200 {
            let size = UInt64.random(in: 1...100_000, using: &generator)
            let slice = try #require(allocator.allocate(size, time: 5, nowMs: 0))
            if !index.isMultiple(of: 3) {
                allocator.giveBack(slice, time: 5, nowMs: 0)
                abandoned.append(slice)
            }
        }
        var reissued: [BinSlice] = []
        // A client far too fast for what came back gets all of it in the end, but no more than one misfit in eight bins.
        for _ in 0..<20_000 where allocator.freeRangeCount > 0 {
            let slice = try #require(allocator.allocate(10_000_000, time: 6, nowMs: 100_000))
            reissued.append(slice)
        }
        #expect(allocator.freeRangeCount == 0)
        for slice in abandoned {
            let covered = reissued.filter { $0.overlaps(slice) }.reduce(UInt64(0)) {
                $0 + min($1.last, slice.last) - max($1.start, slice.start) + 1
            }
            #expect(covered == slice.count)
        }
        let misfits = reissued.filter { $0.count < 10_000_000 / 2 }
        #expect(misfits.count * 8 <= reissued.count + 8)
    }

    @Test func theSameSecondIsNotSearchedTwice() throws {
        let allocator = HeldAllocator(extranonce1: 1)
        let first = try #require(allocator.allocate(1_000, time: 50, nowMs: 0))
        allocator.giveBack(first, time: 50, nowMs: 0)
        let second = try #require(allocator.allocate(1_000, time: 50, nowMs: 0))
        #expect(!second.overlaps(first))
        #expect(allocator.allocate(1_000, time: 51, nowMs: 1) == first)
    }

    @Test func neighboursGrowTogetherAgain() throws {
        let allocator = HeldAllocator(extranonce1: 1)
        let slices = (0..<100).compactMap { _ in allocator.allocate(1_000, time: 1, nowMs: 0) }
        for slice in slices.shuffled() { allocator.giveBack(slice, time: 1, nowMs: 0) }
        #expect(allocator.freeRangeCount == 1)
        #expect(allocator.allocate(100_000, time: 2, nowMs: 0) == BinSlice(extranonce1: 1, start: 0, count: 100_000))
    }

    @Test func whatIsLeftBehindIsBounded() throws {
        let allocator = HeldAllocator(extranonce1: 1)
        var slices: [BinSlice] = []
        for _ in 0..<5_000 { slices.append(try #require(allocator.allocate(10, time: 1, nowMs: 0))) }
        for slice in slices where (slice.start / 10).isMultiple(of: 2) {
            allocator.giveBack(slice, time: 1, nowMs: 0)
        }
        #expect(allocator.freeRangeCount <= 1_024)
    }

    /// The last extranonce2 stays unused, so that a position and a count can be added by whoever reads a lease.
    @Test func theEndOfTheSpaceAsksForAnotherExtranonce1() throws {
        let allocator = HeldAllocator(extranonce1: 1)
        let most = UInt64(1) << 50
        for _ in 0..<((1 << 14) - 1) { _ = try #require(allocator.allocate(most, time: 1, nowMs: 0)) }
        let tail = try #require(allocator.allocate(most - Self.unit, time: 1, nowMs: 0))
        #expect(tail.last == .max - Self.unit)
        #expect(allocator.allocate(most, time: 1, nowMs: 0) == nil)
        #expect(allocator.allocate(1, time: 1, nowMs: 0) == nil)
        allocator.extend(extranonce1: 2)
        #expect(allocator.allocate(5, time: 1, nowMs: 0) == BinSlice(extranonce1: 2, start: 0, count: 5))
    }

    @Test func theLastPositionsAreGivenToo() throws {
        let allocator = HeldAllocator(extranonce1: 1)
        let most = UInt64(1) << 50
        for _ in 0..<((1 << 14) - 1) { _ = try #require(allocator.allocate(most, time: 1, nowMs: 0)) }
        _ = try #require(allocator.allocate(most - 2 * Self.unit, time: 1, nowMs: 0))
        _ = try #require(allocator.allocate(Self.unit - 1, time: 1, nowMs: 0))
        let last = try #require(allocator.allocate(1, time: 1, nowMs: 0))
        #expect(last.last == .max - Self.unit && last.count == 1)
        #expect(allocator.allocate(1, time: 1, nowMs: 0) == nil)
    }
}
