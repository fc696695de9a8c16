import HTTPServer
import Synchronization
import TestSupport
import Testing

@testable import Gateway

@Suite final class AnswerCacheTests {
    private let clock = ManualClock()
    private let cache: AnswerCache
    private let asked = Mutex(0)

    init() {
        cache = AnswerCache(clock: clock)
    }

    /// A third of what fits, with what an entry costs besides.
    private static let largeByteCount = AnswerCache.byteCountMax / 3 - 1_024

    @Test func anAnswerThatTookAnothersPlaceCountsOnce() async throws {
        // Many times as much as fits, but never more than one of them at a time.
        for _ in 0..<20 {
            try await ask("large", byteCount: Self.largeByteCount)
            clock.advance(by: .seconds(6))
            try await ask("small", byteCount: 1)
            clock.advance(by: .seconds(5))
            try await ask("large", byteCount: Self.largeByteCount)
            #expect(try await !isAsked("small"))
            clock.advance(by: .seconds(11))
        }
    }

    @Test func pastTheBoundAllAreForgotten() async throws {
        for number in 0..<3 { try await ask("large \(number)", byteCount: Self.largeByteCount) }
        for number in 0..<3 { #expect(try await !isAsked("large \(number)")) }
        try await ask("one more", byteCount: Self.largeByteCount)
        #expect(try await !isAsked("one more"))
        #expect(try await isAsked("large 0"))
    }

    @Test func anAnswerThatIsLargerThanTheBoundIsGivenAndNotKept() async throws {
        try await ask("small", byteCount: 1)
        try await ask("huge", byteCount: AnswerCache.byteCountMax)
        #expect(try await !isAsked("small"))
        #expect(try await isAsked("huge"))
    }

    /// Whether the ledger is asked, because nothing is kept.
    private func isAsked(_ question: String) async throws -> Bool {
        let before = asked.withLock { $0 }
        try await ask(question, byteCount: 1)
        return asked.withLock { $0 } > before
    }

    private func ask(_ question: String, byteCount: Int) async throws {
        _ = try await cache.answer(question) { () async throws(APIError) in
            asked.withLock { $0 += 1 }
            return OutgoingResponse(status: 200, body: .bytes([UInt8](repeating: 0, count: byteCount)))
        }
    }
}
