import MiningDomain
import Testing

@testable import StratumProtocol

@Suite struct SubmitTests {
    private static let usual =
        #"{"params": ["ltc1q.rig", "0123456789abcdefFF", "0000000A", "6a8d7600", "DEADbeef"], "id": 7, "#
        + #""method": "mining.submit"}"#

    private static func submit(_ request: StratumRequest) -> SubmitRequest? {
        guard case .submit(let submit) = request.call else { return nil }
        return submit
    }

    /// The same with the worker's bytes in place of where they stand.
    static func resolved(_ request: StratumRequest, in line: [UInt8]) -> StratumRequest {
        guard let submit = submit(request), case .place(let place) = submit.worker else { return request }
        let named = SubmitRequest(
            worker: .bytes(Array(line[place])),
            job: submit.job,
            extranonce2: submit.extranonce2,
            time: submit.time,
            nonce: submit.nonce,
            versionBits: submit.versionBits
        )
        return StratumRequest(id: request.id, call: .submit(named))
    }

    @Test func theUsualLineIsReadInPlace() throws {
        let line = Array(Self.usual.utf8)
        let request = try #require(SubmitScanner.request(in: line))
        let submit = try #require(Self.submit(request))
        #expect(request.id == .number(7))
        #expect(submit.job == WireJobID(jobID: try #require(JobID(0x0123_4567_89ab_cdef)), sendingNumber: 255))
        #expect(submit.extranonce2 == 10)
        #expect(submit.time == 0x6a8d_7600)
        #expect(submit.nonce == 0xdead_beef)
        #expect(submit.versionBits == nil)
        #expect(submit.worker.isEqual(to: "ltc1q.rig", in: line))
        #expect(!submit.worker.isEqual(to: "ltc1q.rih", in: line))
        #expect(!submit.worker.isEqual(to: "ltc1q.ri", in: line))
    }

    @Test(
        arguments: [
            (#"["w","0123456789abcdef00","00000001","00000002","00000003","1fffE000"]"#, 0x1fff_e000),
            (#"["w","0123456789abcdef00","00000001","00000002","00000003",null]"#, nil),
            (#"["w","0123456789abcdef00","00000001","00000002","00000003",null,"more",[]]"#, nil),
        ] as [(String, UInt32?)]
    )
    func versionBitsAreOptional(params: String, bits: UInt32?) throws {
        let line = Array(#"{"id":1,"method":"mining.submit","params":\#(params)}"#.utf8)
        let submit = try #require(Self.submit(StratumRequest(parsing: line)))
        #expect(submit.versionBits == bits)
    }

    @Test(
        arguments: [
            (#"["w","0123456789abcdef0","00000001","00000002","00000003"]"#, .jobUnknown),
            (#"["w","1","00000001","00000002","00000003"]"#, .jobUnknown),
            (#"["w","000000000000000000","00000001","00000002","00000003"]"#, .jobUnknown),
            (#"["w","0123456789abcdefg0","00000001","00000002","00000003"]"#, .jobUnknown),
            (#"["w","0123456789abcdef00","0000000000000001","00000002","00000003"]"#, .extranonce2Length),
            (#"["w","0123456789abcdef00","","00000002","00000003"]"#, .extranonce2Length),
            (#"["w","0123456789abcdef00","0000000g","00000002","00000003"]"#, .malformed),
            (#"["w","0123456789abcdef00","00000001","2","00000003"]"#, .malformed),
            (#"["w","0123456789abcdef00","00000001","00000002","000000003"]"#, .malformed),
            (#"["w","0123456789abcdef00","00000001","00000002",3]"#, .malformed),
            (#"["w","0123456789abcdef00","00000001","00000002","00000003","0x1"]"#, .malformed),
            (#"["w","0123456789abcdef00","00000001","00000002","+0000003"]"#, .malformed),
            (#"[null,"0123456789abcdef00","00000001","00000002","00000003"]"#, .malformed),
            (#"["w","0123456789abcdef00","00000001","00000002"]"#, .malformed),
            ("[]", .malformed), ("{}", .malformed), ("null", .malformed), ("\"w\"", .malformed),
        ] as [(String, StratumError)]
    )
    func whatCannotBeJudgedSaysWhy(params: String, reason: StratumError) {
        let line = Array(#"{"id":1,"method":"mining.submit","params":\#(params)}"#.utf8)
        let expected = StratumRequest(id: .number(1), call: .refusedSubmit(reason))
        #expect(StratumRequest(parsing: line) == expected)
        #expect(StratumRequest.readingTree(of: line) == expected)
    }

    @Test(arguments: 0..<8) func bothWaysOfReadingUnderstandTheSame(seed: UInt64) {
        var spelling = Spelling(seed: seed)
        var readInPlace = 0
        var submitCount = 0
        for _ in 0..<1_500 {
            let line = spelling.line()
            let tree = StratumRequest.readingTree(of: line)
            if case .submit = tree.call { submitCount += 1 }
            guard let scanned = SubmitScanner.request(in: line) else { continue }
            readInPlace += 1
            #expect(Self.resolved(scanned, in: line) == tree, "seed \(seed): \(String(decoding: line, as: UTF8.self))")
        }
        #expect(readInPlace > 100, "seed \(seed)")
        #expect(submitCount > readInPlace / 2, "seed \(seed)")
    }

    @Test func aLineBeyondTheBoundIsMalformed() {
        let padding = String(repeating: " ", count: StratumRequest.lineByteCountMax - Self.usual.utf8.count)
        let most = Array((Self.usual + padding).utf8)
        #expect(Self.submit(StratumRequest(parsing: most)) != nil)
        let line = most + [UInt8(ascii: " ")]
        #expect(SubmitScanner.request(in: line) == nil)
        #expect(StratumRequest(parsing: line) == StratumRequest(id: .null, call: .refused(.malformed)))
    }
}
