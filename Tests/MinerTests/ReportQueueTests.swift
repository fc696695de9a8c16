import Hashing
import Testing

@testable import Miner

@Suite struct ReportQueueTests {
    private static func finds(_ nonces: Range<UInt32>) -> [Find] {
        nonces.map { Find(extranonce2: 0, nonce: $0, hash: .zero) }
    }

    @Test func findsOfOneBinGoTogetherInTheirOrder() {
        var queue = ReportQueue()
        queue.add(Self.finds(0..<2), bin: "a")
        queue.add(Self.finds(5..<6), bin: "b")
        queue.add(Self.finds(2..<3), bin: "a")
        #expect(queue.next() == Report(binToken: "a", finds: Self.finds(0..<3), isDone: false))
        #expect(queue.next() == nil, "one at a time")
        queue.settle()
        #expect(queue.next()?.binToken == "b")
        queue.settle()
        #expect(queue.isEmpty)
    }

    @Test func theEndOfABinGoesWithItsLastFinds() {
        var queue = ReportQueue()
        queue.add(Self.finds(0..<401), bin: "a")
        queue.markDone(bin: "a")
        #expect(queue.next() == Report(binToken: "a", finds: Self.finds(0..<400), isDone: false))
        queue.settle()
        #expect(queue.next() == Report(binToken: "a", finds: Self.finds(400..<401), isDone: true))
    }

    @Test func theEndOfABinWithoutFindsIsToldToo() {
        var queue = ReportQueue()
        queue.markDone(bin: "a")
        #expect(queue.next() == Report(binToken: "a", finds: [], isDone: true))
    }

    @Test func whatWasNotAnsweredIsSentAgainFirstAndUnchanged() {
        var queue = ReportQueue()
        queue.add(Self.finds(0..<1), bin: "a")
        let first = queue.next()
        queue.add(Self.finds(1..<2), bin: "a")
        queue.returnUnanswered()
        let again = queue.next()
        #expect(again?.finds == first?.finds)
        #expect(again?.mayBeRepeated == true)
        #expect(queue.findCount == 2)
        queue.settle()
        #expect(queue.next()?.finds == Self.finds(1..<2))
    }

    @Test func aReportWhoseAnswersNobodyCanReadIsGivenUpInTheEnd() {
        var queue = ReportQueue()
        queue.add(Self.finds(0..<1), bin: "a")
        for attempt in 1...Report.unreadableAnswerCountMax {
            #expect(queue.next() != nil)
            #expect(queue.returnUnreadable() == (attempt < Report.unreadableAnswerCountMax))
        }
        #expect(queue.next() == nil)
    }

    @Test func isFullAtItsBound() {
        var queue = ReportQueue()
        queue.add(Self.finds(0..<9_999), bin: "a")
        #expect(!queue.isFull)
        queue.add(Self.finds(0..<1), bin: "b")
        #expect(queue.isFull)
        _ = queue.next()
        #expect(queue.isFull, "what is under way may come back")
        queue.settle()
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
        #expect(tally.rejected == 2)
        #expect(tally.stale == 1)
        #expect(tally.blocks == 1)
    }
}
