import HTTPServer
import ServiceRuntime
import Synchronization
import System

/// Answers to strangers' questions, each kept for a while, so that no number of questions costs the database more than
/// a few a second.
final class AnswerCache: Sendable {
    /// How long an answer is given again.
    static let keepTime = Duration.seconds(10)
    /// Bytes of all kept answers; past that all are forgotten.
    static let byteCountMax = 32 << 20
    /// Questions under way at the ledger; further ones are refused.
    static let askingCountMax = 8
    /// What an entry costs besides its answer.
    private static let entryByteCount = 256

    private struct State {
        var answers: [String: (untilMs: UInt64, cost: Int, answer: OutgoingResponse)] = [:]
        var byteCount = 0
        var askingCount = 0
    }

    private let clock: any WallClock
    private let state = Mutex(State())

    init(clock: any WallClock) {
        self.clock = clock
    }

    /// The answer that is kept under `question`, or else the one that `ask` gives; a refusal is not kept.
    func answer(
        _ question: String,
        _ ask: () async throws(APIError) -> OutgoingResponse
    ) async throws(APIError) -> OutgoingResponse {
        let nowMs = clock.monotonicMilliseconds
        let (known, mayAsk) = state.withLock { state -> (OutgoingResponse?, Bool) in
            if let known = state.answers[question], known.untilMs > nowMs { return (known.answer, false) }
            guard state.askingCount < Self.askingCountMax else { return (nil, false) }
            state.askingCount += 1
            return (nil, true)
        }
        if let known { return known }
        guard mayAsk else { throw .overloaded }
        defer { state.withLock { $0.askingCount -= 1 } }
        let answer = try await ask()
        keep(answer, of: question)
        return answer
    }

    private func keep(_ answer: OutgoingResponse, of question: String) {
        guard case .bytes(let bytes) = answer.body else { return }
        let cost = bytes.count + question.utf8.count + Self.entryByteCount
        guard cost <= Self.byteCountMax else { return }
        let untilMs = clock.monotonicMilliseconds + Self.keepTime.wholeMilliseconds
        state.withLock { state in
            if let replaced = state.answers.removeValue(forKey: question) { state.byteCount -= replaced.cost }
            if state.byteCount + cost > Self.byteCountMax { (state.answers, state.byteCount) = ([:], 0) }
            state.byteCount += cost
            state.answers[question] = (untilMs, cost, answer)
        }
    }
}
