import Hashing
import Testing

@testable import Miner

@Suite struct ReportQueueTests {
    private static func finds(_ nonces: Range<UInt32>) -> [Find] {
        nonces.map { Find(extranonce2: 0, nonce: $0, hash: .zero) }
    }

    private static func next(_ queue: inout ReportQueue) throws -> Report {
        let report = queue.next()
        return try #require(report)
    }

    @Test func findsOfOneBinGoTogetherInTheirOrder() throws {
        var queue = ReportQueue()
        queue.add(Self.finds(0..<2), bin: "a")
        queue.add(Self.finds(5..<6), bin: "b")
        queue.add(Self.finds(2..<3), bin: "a")
        let first = try Self.next(&queue)
        #expect(first == Report(binToken: "a", finds: Self.finds(0..<3), isDone: false))
        #expect(queue.next() == nil, "one at a time")
        queue.settle(first)
        let second = try Self.next(&queue)
        #expect(second.binToken == "b")
        queue.settle(second)
        #expect(queue.isEmpty)
    }

    @Test func theEndOfABinGoesWithItsLastFinds() throws {
        var queue = ReportQueue()
        queue.add(Self.finds(0..<401), bin: "a")
        queue.markDone(bin: "a")
        let first = try Self.next(&queue)
        #expect(first == Report(binToken: "a", finds: Self.finds(0..<400), isDone: false))
        queue.settle(first)
        #expect(queue.next() == Report(binToken: "a", finds: Self.finds(400..<401), isDone: true))
    }

    @Test func theEndOfABinWithoutFindsIsToldToo() {
        var queue = ReportQueue()
        queue.markDone(bin: "a")
        #expect(queue.next() == Report(binToken: "a", finds: [], isDone: true))
    }

    @Test func whatWasNotAnsweredIsSentAgainFirstAndUnchanged() throws {
        var queue = ReportQueue()
        queue.add(Self.finds(0..<1), bin: "a")
        let first = try Self.next(&queue)
        queue.add(Self.finds(1..<2), bin: "a")
        queue.returnUnanswered(first)
        let again = try Self.next(&queue)
        #expect(again.finds == first.finds)
        #expect(again.mayBeRepeated)
        #expect(queue.findCount == 2)
        queue.settle(again)
        #expect(queue.next()?.finds == Self.finds(1..<2))
    }

    @Test func aReportWhoseAnswersNobodyCanReadIsGivenUpInTheEnd() throws {
        var queue = ReportQueue()
        queue.add(Self.finds(0..<1), bin: "a")
        for attempt in 1...Report.unreadableAnswerCountMax {
            let report = try Self.next(&queue)
            #expect(queue.returnUnreadable(report) == (attempt < Report.unreadableAnswerCountMax))
        }
        #expect(queue.next() == nil)
    }

    @Test func asManyReportsAreUnderWayAsMayBeAndTheyComeBackInTheirOrder() throws {
        var queue = ReportQueue(underWayCountMax: 2)
        for bin in ["a", "b", "c"] { queue.add(Self.finds(0..<1), bin: bin) }
        let reports = [try Self.next(&queue), try Self.next(&queue)]
        #expect(queue.next() == nil)
        for report in reports { queue.returnUnanswered(report) }
        #expect(try [Self.next(&queue), Self.next(&queue)].map(\.binToken) == ["a", "b"])
    }

    @Test func isFullAtItsBound() throws {
        var queue = ReportQueue()
        queue.add(Self.finds(0..<9_999), bin: "a")
        #expect(!queue.isFull)
        queue.add(Self.finds(0..<1), bin: "b")
        #expect(queue.isFull)
        let report = try Self.next(&queue)
        #expect(queue.isFull, "what is under way may come back")
        queue.settle(report)
        #expect(!queue.isFull)
    }

    @Test func isFullOfBinsAtItsBound() {
        var queue = ReportQueue()
        for bin in 0..<ReportQueue.binCountMax { queue.markDone(bin: "\(bin)") }
        #expect(queue.isFull)
    }

    @Test func aDuplicateOfOurOwnFirstSendingIsOneThePoolHas() {
        var tally = Tally()
        tally.count(.rejected(reason: "duplicate"), inRepeatedReport: true)
        tally.count(.rejected(reason: "duplicate"), inRepeatedReport: false)
        tally.count(.rejected(reason: "stale"), inRepeatedReport: true)
        tally.count(.accepted(solvedBlock: true), inRepeatedReport: false)
        #expect(tally.accepted == 2)
        tally.count(.rejected(reason: "expired"), inRepeatedReport: false)
        #expect(tally.rejected == 1)
        #expect(tally.stale == 2)
        #expect(tally.blocks == 1)
    }
}
