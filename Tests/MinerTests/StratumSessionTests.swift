import Hashing
import JSON
import MiningDomain
import Testing

@testable import Miner

@Suite struct StratumSessionTests {
    private static let now: UInt64 = 1_790_000_000_000

    // MARK: - Messages, byte for byte

    @Test func shakesHandsAsThePublishedProtocolSays() throws {
        var dialogue = try StratumDialogue()
        #expect(dialogue.begin() == [#"{"id":1,"method":"mining.subscribe","params":["lode/test"]}"#])
        #expect(
            try dialogue.hear(StratumDialogue.subscription) == [
                #"{"id":2,"method":"mining.extranonce.subscribe","params":[]}"#,
                #"{"id":3,"method":"mining.authorize","params":["somewhere.rig","x"]}"#,
            ]
        )
        #expect(try dialogue.hear(#"{"id":2,"result":null,"error":[-3,"Method not found",null]}"#) == [])
        #expect(try dialogue.hear(#"{"id":3,"result":true,"error":null}"#) == [])
        #expect(!dialogue.session.isReady, "there is no job yet")
        _ = try dialogue.hear(StratumDialogue.notify("a1"))
        #expect(dialogue.session.isReady)
    }

    @Test(
        "answers what pools ask a miner",
        arguments: [
            (#"{"id":7,"method":"client.get_version","params":[]}"#, [#"{"id":7,"result":"lode/test","error":null}"#]),
            (#"{"id":"p","method":"mining.ping","params":[]}"#, [#"{"id":"p","result":"pong","error":null}"#]),
            (
                #"{"id":8,"method":"mining.dance","params":[]}"#,
                [#"{"id":8,"result":null,"error":[-3,"Method not found",null]}"#]
            ),
            (#"{"id":null,"method":"mining.dance","params":null}"#, []),
            (#"{"method":"mining.set_version_mask","params":["1fffe000"]}"#, []),
            (#"{"id":99,"result":true,"error":null}"#, []), (#"{"id":null,"result":null,"error":[20,"?",null]}"#, []),
        ] as [(String, [String])]
    )
    func answers(line: String, answer: [String]) throws {
        var dialogue = try StratumDialogue.ready()
        #expect(try dialogue.hear(line) == answer)
    }

    @Test("a block of a real chain is found in the job it came from", arguments: StratumVector.blocks)
    func golden(block: StratumVector.Block) throws {
        var dialogue = try StratumDialogue(algorithm: block.algorithm)
        _ = dialogue.begin()
        _ = try dialogue.hear(block.subscription)
        _ = try dialogue.hear(#"{"id":3,"result":true,"error":null}"#)
        _ = try dialogue.hear(#"{"id":null,"method":"mining.set_difficulty","params":[1e-7]}"#)
        _ = try dialogue.hear(block.notify)
        var assignment = try #require(dialogue.assignments.last)
        #expect(assignment.job.previousHash.displayHex == block.text("previous_block"))
        #expect(assignment.job.height == block.heightInCoinbase || block.heightInCoinbase == nil)
        assignment.space.extranonce2Start = block.extranonce2
        var cursor = BinCursor(assignment)
        let start = block.nonce - block.nonce % 64
        let first = cursor.cut(countMax: 1)
        let slice = try #require(first)
        let header = slice.header.prefix(76) + SearchSpace.bigEndian(UInt64(block.nonce), byteCount: 4).reversed()
        #expect(Hex.string(header) == block.text("header"))
        let search = NonceSearch(slice.algorithm, header: slice.header, target: slice.target)
        let hit = try #require(search.slice(from: start, count: 64).hits.first { $0.nonce == block.nonce })
        #expect(hit.hash.hex == block.text("proof"))
        let find = Find(extranonce2: slice.extranonce2, nonce: hit.nonce, hash: hit.hash)
        let lines = dialogue.submit(Report(binToken: slice.binToken, finds: [find], isDone: false))
        #expect(
            lines == [
                #"{"id":4,"method":"mining.submit","params":["somewhere.rig",""# + block.jobID + #"",""#
                    + block.text("extranonce2") + #"",""# + block.text("time") + #"",""# + block.text("nonce") + #""]}"#
            ]
        )
        _ = try dialogue.hear(#"{"id":4,"result":true,"error":null}"#)
        #expect(dialogue.verdicts == [.accepted(solvedBlock: true)])
    }

    // MARK: - Difficulty, extranonces

    @Test func aDifficultyIsThatOfTheJobsThatFollowIt() throws {
        var dialogue = try StratumDialogue.ready()
        _ = try dialogue.hear(#"{"id":null,"method":"mining.set_difficulty","params":[0.5]}"#)
        #expect(dialogue.assignments.count == 1)
        _ = try dialogue.hear(StratumDialogue.notify("a2", clean: false))
        let one = UInt256(0xffff) << 208
        #expect(dialogue.assignments.map(\.space.shareTarget.value) == [one, one << 1])
    }

    @Test func newExtranoncesAreThoseOfTheJobsThatFollowThem() throws {
        var dialogue = try StratumDialogue.ready()
        let first = try #require(dialogue.assignments.first)
        _ = try dialogue.hear(#"{"id":null,"method":"mining.set_extranonce","params":["0a0b0c",8]}"#)
        _ = try dialogue.hear(StratumDialogue.notify("a2"))
        let second = try #require(dialogue.assignments.last)
        #expect(first.space.extranonces(extranonce2: 5) == [8, 0, 0, 2, 0, 0, 0, 5])
        #expect(second.space.extranonces(extranonce2: 5) == [10, 11, 12, 0, 0, 0, 0, 0, 0, 0, 5])
        // What is found under either goes out as it was found.
        for (assignment, place) in [(first, #""a1","00000005""#), (second, #""a2","0000000000000005""#)] {
            let find = Find(extranonce2: 5, nonce: 1, hash: .zero)
            let lines = dialogue.submit(Report(binToken: assignment.space.token, finds: [find], isDone: false))
            #expect(lines.first?.contains(place) == true)
        }
    }

    // MARK: - Answers

    @Test func answersFindTheirSharesInWhateverOrderTheyCome() throws {
        var dialogue = try StratumDialogue.ready()
        let finds = (0..<6).map { Find(extranonce2: 0, nonce: $0, hash: Hash256(words: (.max, .max, .max, .max))) }
        let token = try #require(dialogue.assignments.last?.space.token)
        #expect(dialogue.submit(Report(binToken: token, finds: finds, isDone: false)).count == 6)
        for line in [
            #"{"id":9,"result":null,"error":[20,"who knows",null]}"#,
            #"{"id":5,"result":null,"error":[21,"Job not found",null]}"#,
            #"{"id":8,"result":false,"error":{"code":23,"message":"low"}}"#,
            #"{"id":"4","result":true,"error":null}"#,
            #"{"id":7,"result":false,"error":null}"#,
        ] { _ = try dialogue.hear(line) }
        #expect(dialogue.verdicts.isEmpty, "one answer is missing")
        _ = try dialogue.hear(#"{"id":6,"result":null,"error":[22,"Duplicate share",null]}"#)
        #expect(
            dialogue.verdicts == [
                .accepted(solvedBlock: false), .rejected(reason: "stale"), .rejected(reason: "duplicate"),
                .rejected(reason: "no reason given"), .rejected(reason: "low_difficulty"),
                .rejected(reason: "who knows"),
            ]
        )
        #expect(!dialogue.session.isWaitingForAnswers)
    }

    @Test("a pool that has forgotten us is told again who we are", arguments: [24, 25])
    func forgotten(code: Int) throws {
        var dialogue = try StratumDialogue.ready()
        let token = try #require(dialogue.assignments.last?.space.token)
        _ = dialogue.submit(
            Report(binToken: token, finds: [Find(extranonce2: 0, nonce: 0, hash: .zero)], isDone: false)
        )
        _ = try dialogue.hear(#"{"id":4,"result":null,"error":[\#(code),"?",null]}"#)
        #expect(dialogue.verdicts.count == 1)
        #expect(dialogue.ends.count == 1)
    }

    @Test(
        "a user that the pool does not let in is told so",
        arguments: [
            (#"{"id":3,"result":false,"error":null}"#, .refused("no reason given")),
            (#"{"id":3,"result":null,"error":[24,"no such address",null]}"#, .refused("no such address")),
            (#"{"id":3,"result":null,"error":[20,"try again",null]}"#, .trouble("try again")),
        ] as [(String, StratumEnd)]
    )
    func refused(line: String, end: StratumEnd) throws {
        var dialogue = try StratumDialogue()
        _ = dialogue.begin()
        _ = try dialogue.hear(StratumDialogue.subscription)
        _ = try dialogue.hear(line)
        #expect(dialogue.ends == [end])
    }

    @Test func aPoolThatOwesAnAnswerIsOverdue() throws {
        var dialogue = try StratumDialogue.ready()
        #expect(!dialogue.session.isOverdue(nowMs: Self.now + 60_000, timeoutMs: 10_000))
        let token = try #require(dialogue.assignments.last?.space.token)
        _ = dialogue.submit(
            Report(binToken: token, finds: [Find(extranonce2: 0, nonce: 0, hash: .zero)], isDone: false)
        )
        #expect(!dialogue.session.isOverdue(nowMs: Self.now + 10_000, timeoutMs: 10_000))
        #expect(dialogue.session.isOverdue(nowMs: Self.now + 10_001, timeoutMs: 10_000))
    }

    // MARK: - Coming again

    @Test func aSessionThatIsResumedSendsItsUnansweredSharesAgain() throws {
        var dialogue = try StratumDialogue.ready()
        let token = try #require(dialogue.assignments.last?.space.token)
        let report = Report(binToken: token, finds: [Find(extranonce2: 3, nonce: 9, hash: .zero)], isDone: false)
        let lines = dialogue.submit(report)
        #expect(dialogue.end() == [report])
        #expect(dialogue.begin() == [#"{"id":5,"method":"mining.subscribe","params":["lode/test","s1"]}"#])
        _ = try dialogue.hear(StratumDialogue.subscription.replacing(#""id":1"#, with: #""id":5"#))
        #expect(dialogue.dropCount == 1, "of the first connection")
        _ = try dialogue.hear(#"{"id":7,"result":true,"error":null}"#)
        _ = try dialogue.hear(StratumDialogue.notify("b1"))
        #expect(dialogue.submit(report) == [lines[0].replacing(#""id":4"#, with: #""id":8"#)])
    }

    @Test("shares that can only be stale are not sent again", arguments: [true, false])
    func notResumed(hasOtherExtranonce: Bool) throws {
        var dialogue = try StratumDialogue.ready()
        let token = try #require(dialogue.assignments.last?.space.token)
        let report = Report(binToken: token, finds: [Find(extranonce2: 3, nonce: 9, hash: .zero)], isDone: false)
        _ = dialogue.submit(report)
        _ = dialogue.end()
        _ = dialogue.begin()
        let subscription = StratumDialogue.subscription.replacing(#""id":1"#, with: #""id":5"#)
        _ = try dialogue.hear(hasOtherExtranonce ? subscription.replacing("08000002", with: "08000003") : subscription)
        #expect(dialogue.dropCount == (hasOtherExtranonce ? 2 : 1))
        _ = try dialogue.hear(#"{"id":7,"result":true,"error":null}"#)
        _ = try dialogue.hear(StratumDialogue.notify("b1", tip: hasOtherExtranonce ? 1 : 2))
        #expect(dialogue.submit(report) == [])
        #expect(dialogue.verdicts == [.rejected(reason: "stale")])
    }

    @Test func asManyJobsAreRememberedAsThereIsRoomFor() throws {
        var dialogue = try StratumDialogue.ready()
        for number in 2...65 { _ = try dialogue.hear(StratumDialogue.notify("a\(number)", clean: false)) }
        let tokens = dialogue.assignments.map(\.space.token)
        #expect(tokens.count == StratumWorkBook.workCountMax + 1)
        func lines(_ token: String) -> Int {
            dialogue.submit(
                Report(binToken: token, finds: [Find(extranonce2: 0, nonce: 0, hash: .zero)], isDone: false)
            ).count
        }
        #expect(lines(tokens[0]) == 0)
        #expect(lines(tokens[1]) == 1)
    }

    // MARK: - What is no Stratum

    @Test(
        "a line that is no Stratum is refused",
        arguments: [
            "nonsense", "[]", "{}", #"{"id":1,"method":"mining.notify","params":{}}"#,
            #"{"id":null,"method":"mining.set_difficulty","params":[0]}"#,
            #"{"id":null,"method":"mining.set_difficulty","params":["16"]}"#,
            #"{"id":null,"method":"mining.set_difficulty","params":[-1]}"#,
            #"{"id":null,"method":"mining.set_difficulty","params":[]}"#,
            #"{"id":null,"method":"mining.set_extranonce","params":["0g",4]}"#,
            #"{"id":null,"method":"mining.set_extranonce","params":["00",1]}"#,
            #"{"id":null,"method":"mining.set_extranonce","params":["00",9]}"#,
            #"{"id":null,"method":"mining.set_extranonce","params":["00"]}"#,
            #"{"id":null,"method":"mining.set_extranonce","params":[""# + String(repeating: "00", count: 33)
                + #"",4]}"#,
            StratumDialogue.notify("x").replacing("true", with: "1"), StratumDialogue.notify(""),
            StratumDialogue.notify("x").replacing(#""207fffff""#, with: #""+207fff""#),
            StratumDialogue.notify("x").replacing("01010101", with: "0101"),
            StratumDialogue.notify("x").replacing("[]", with: #"["00"]"#),
        ]
    )
    func refuses(line: String) throws {
        var dialogue = try StratumDialogue.ready()
        #expect(throws: PageError.self) { try dialogue.hear(line) }
    }

    @Test(
        "a subscription that nobody can work with is refused",
        arguments: [
            #"[[],"08000002"]"#, #"[[],"08000002",1]"#, #"[[],"08000002",9]"#, #"[[],7,4]"#, "true", "null",
        ]
    )
    func refusesSubscription(result: String) throws {
        var dialogue = try StratumDialogue()
        _ = dialogue.begin()
        #expect(throws: PageError.self) { try dialogue.hear(#"{"id":1,"result":\#(result),"error":null}"#) }
    }
}
