import Hashing
import Testing

@testable import Miner

/// A session without a connection: what it says, and what it wants done.
struct StratumDialogue {
    static let subscription =
        #"{"id":1,"result":[[["mining.set_difficulty","s1"],["mining.notify","s1"]],"08000002",4],"error":null}"#

    /// A job with an invented coinbase and no other transaction.
    static func notify(_ id: String, tip: UInt8 = 1, time: UInt32 = 1_790_000_000, clean: Bool = true) -> String {
        let previous = Hex.string([UInt8](repeating: tip, count: 32))
        return #"{"id":null,"method":"mining.notify","params":[""# + id + #"",""# + previous
            + #"","0100","0200",[],"20000000","207fffff",""# + String(time, radix: 16) + #"",\#(clean)]}"#
    }

    var session: StratumSession
    var assignments: [Assignment] = []
    var verdicts: [ReportAnswer.Result.Verdict] = []
    var ends: [StratumEnd] = []
    var dropCount = 0
    private let now: UInt64 = 1_790_000_000_000

    init(algorithm: ProofAlgorithm = .sha256d) throws {
        let address = try #require(StratumAddress("stratum+tcp://127.0.0.1:3333"))
        let settings = StratumSettings(address: address, algorithm: algorithm, userAgent: "lode/test")
        session = StratumSession(user: "somewhere.rig", settings: settings)
    }

    /// With a first job, `a1`.
    static func ready() throws -> StratumDialogue {
        var dialogue = try StratumDialogue()
        _ = dialogue.begin()
        _ = try dialogue.hear(subscription)
        _ = try dialogue.hear(#"{"id":3,"result":true,"error":null}"#)
        _ = try dialogue.hear(notify("a1"))
        return dialogue
    }

    mutating func begin() -> [String] {
        take(session.begin(nowMs: now))
    }

    mutating func hear(_ line: String) throws -> [String] {
        take(try session.receive(Array(line.utf8), nowMs: now))
    }

    mutating func submit(_ report: Report) -> [String] {
        take(session.submit(report, nowMs: now))
    }

    /// - Returns: What came back without an answer.
    mutating func end() -> [Report] {
        session.end().compactMap { if case .returnUnanswered(let report) = $0 { report } else { nil } }
    }

    private mutating func take(_ actions: [StratumSession.Action]) -> [String] {
        var lines: [String] = []
        for action in actions {
            switch action {
            case .send(let bytes):
                lines += String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            case .turn(let assignment): assignments.append(assignment)
            case .dropWork: dropCount += 1
            case .settle(_, let answer): verdicts += answer.results.map(\.verdict)
            case .end(let end): ends.append(end)
            case .returnUnanswered, .ready, .showMessage: break
            }
        }
        return lines
    }
}
