import BlockFormat
import ChainAdapter
import Hashing
import JSON
import MiningDomain
import TestSupport
import Testing

/// The adapter against nodes that are wrong, slow or gone.
@Suite(.timeLimit(.minutes(1))) struct ScriptedNodeTests {
    /// The made-up node is worth something only if it answers as the real one does.
    @Test func theScriptedNodeAnswersAsTheRealOneDoes() async throws {
        let real = try await RegtestNode.start()
        let scripted = try ScriptedNode()
        let calls: [(String, [JSON])] = [
            ("getblockchaininfo", []), ("getbestblockhash", []), ("getblockhash", [0]), ("getblockhash", [1]),
            ("getblockhash", [5_000]), ("getblockheader", [.string(String(repeating: "0", count: 64))]),
            ("getblocktemplate", [["rules": ["segwit", "mweb"]]]), ("nosuchmethod", []),
        ]
        for (method, parameters) in calls {
            switch ScriptedNode.standardAnswer(method, parameters) {
            case .result(let made):
                let answer = try await real.main.rpc(method, parameters)
                #expect(made.isShaped(like: answer), "\(method): \(answer)")
            case .error(let code, let message):
                await #expect { try await real.main.rpc(method, parameters) } throws: { error in
                    guard case RegtestError.refused(code, message) = error else { return false }
                    return true
                }
            case .raw, .wrongID, .silence: Issue.record("\(method) has no standard answer")
            }
        }
        for node in [real.main.node, scripted.node()] {
            #expect(try await node.template().height == 2)
            #expect(try await node.information().height == 1)
            #expect(try await node.blockHash(at: 0) == node.network.genesisHash)
            #expect(try await node.blockHash(at: 5_000) == nil)
            let heights = Set<UInt32>([0, 1] + (5_000..<5_150))
            let hashes = try await node.blockHashes(at: heights)
            #expect(hashes == [0: node.network.genesisHash, 1: try await node.bestBlockHash()])
            #expect(try await node.header(of: .zero) == nil)
        }
    }

    private static let lies: [(key: String, value: JSON?)] = [
        ("previousblockhash", nil), ("previousblockhash", "aa"),
        ("previousblockhash", .string(String(repeating: "z", count: 64))),
        ("previousblockhash", 7), ("coinbasevalue", nil), ("coinbasevalue", -1), ("coinbasevalue", "50"),
        ("coinbasevalue", 84_000_001_00_000_000), ("bits", nil), ("bits", "207ffff"), ("bits", "ff7fffff"),
        ("bits", "00000000"),
        ("bits", "zzzzzzzz"), ("target", .string(String(repeating: "f", count: 64))), ("target", "00"), ("target", 5),
        ("height", nil), ("height", 0), ("height", -3), ("height", 4_294_967_296), ("version", nil),
        ("version", 9_999_999_999), ("curtime", nil), ("curtime", 5), ("mintime", "now"), ("transactions", nil),
        ("transactions", "none"), ("transactions", [5]),
        ("transactions", [["data": "zz", "txid": .string(ScriptedNode.tip)]]),
        ("transactions", [["data": "", "txid": .string(ScriptedNode.tip)]]),
        ("transactions", [["data": "00", "txid": "00"]]),
        ("default_witness_commitment", "6a24"), ("default_witness_commitment", 4), ("mweb", "0"), ("mweb", ""),
        ("coinbaseaux", ["flags": "xyz"]), ("coinbaseaux", ["flags": .string(String(repeating: "00", count: 101))]),
        ("longpollid", 5), ("longpollid", .string(String(repeating: "a", count: 513))), ("rules", ["!newrule"]),
        ("rules", [5]),
    ]

    @Test(arguments: lies.indices) func aTemplateThatCannotBeIsRefused(index: Int) async throws {
        let (key, value) = Self.lies[index]
        var template = try #require(ScriptedNode.template.object)
        template[key] = value
        let made = JSON.object(template)
        let scripted = try ScriptedNode { method, _ in method == "getblocktemplate" ? .result(made) : nil }
        await #expect("\(key)") { try await scripted.node().template() } throws: { error in
            guard case NodeError.malformed = error else { return false }
            return true
        }
    }

    @Test func whatIsNoAnswerIsToldApart() async throws {
        let cases: [(answer: ScriptedNode.Answer, isExpected: @Sendable (NodeError) -> Bool)] = [
            (.raw(status: 401, ""), { if case .wrongCredentials = $0 { true } else { false } }),
            (.raw(status: 403, ""), { $0 == .forbidden }),
            (.raw(status: 503, "Work queue depth exceeded"), { $0.isNotReady("rpcworkqueue") }),
            (.raw(status: 200, "<html>"), { if case .malformed = $0 { true } else { false } }),
            (.raw(status: 200, ""), { if case .malformed = $0 { true } else { false } }),
            (.raw(status: 200, "[]"), { if case .malformed = $0 { true } else { false } }),
            (.raw(status: 200, #"{"result":1,"id":"#), { if case .malformed = $0 { true } else { false } }),
            (.wrongID, { $0 == .malformed("the answer to another request") }),
            (.result(5), { if case .malformed = $0 { true } else { false } }),
            (.error(code: -28, message: "Loading block index..."), { $0.isNotReady("Loading") }),
            (.error(code: -1, message: "no"), { $0 == .refused(code: -1, message: "no") }),
            (.silence, { if case .noAnswer = $0 { true } else { false } }),
        ]
        for (answer, isExpected) in cases {
            var limits = Node.Limits()
            if case .silence = answer { limits.query = .milliseconds(300) }
            let scripted = try ScriptedNode { method, _ in method == "getbestblockhash" ? answer : nil }
            await #expect("\(answer)") { try await scripted.node(limits: limits).bestBlockHash() } throws: { error in
                (error as? NodeError).map(isExpected) ?? false
            }
        }
    }

    @Test func anAnswerWithoutEndIsCutOff() async throws {
        let endless = String(repeating: "a", count: 17 << 20)
        let scripted = try ScriptedNode { method, _ in method == "getbestblockhash" ? .raw(status: 200, endless) : nil }
        await #expect(throws: NodeError.malformed("more than getbestblockhash may answer")) {
            try await scripted.node().bestBlockHash()
        }
    }

    @Test func anotherChainOfTheSameNameIsNotTakenForOurs() async throws {
        let scripted = try ScriptedNode { method, parameters in
            method == "getblockhash" && parameters == [0] ? .result(.string(ScriptedNode.tip)) : nil
        }
        await #expect { try await scripted.node().template() } throws: { error in
            guard case NodeError.wrongChain(expected: "litecoin-regtest", found: _) = error else { return false }
            return true
        }
    }

    @Test func wordsOfSubmitblockAreRead() async throws {
        let cases: [(JSON, SubmitAnswer)] = [
            (nil, .accepted), ("duplicate", .duplicate), ("duplicate-inconclusive", .duplicate),
            ("inconclusive", .inconclusive), ("high-hash", .rejected(reason: "high-hash")),
            ("duplicate-invalid", .rejected(reason: "duplicate-invalid")),
        ]
        for (word, answer) in cases {
            let scripted = try ScriptedNode { method, _ in method == "submitblock" ? .result(word) : nil }
            #expect(try await scripted.node().submit([1]) == answer)
        }
        let undecodable = try ScriptedNode { method, _ in .error(code: -22, message: "Block decode failed") }
        #expect(try await undecodable.node().submit([1]) == .rejected(reason: "Block decode failed"))
    }
}

extension JSON {
    /// Whether every part of this has a part of the same kind there.
    fileprivate func isShaped(like other: JSON) -> Bool {
        switch (self, other) {
        case (.null, .null), (.bool, .bool), (.number, .number), (.string, .string): true
        case (.array(let left), .array(let right)): left.isEmpty || right.first.map(left[0].isShaped) ?? false
        case (.object(let left), .object(let right)):
            left.members.allSatisfy { member in right[member.key].map(member.value.isShaped) ?? false }
        case (.null, _), (.bool, _), (.number, _), (.string, _), (.array, _), (.object, _): false
        }
    }
}

extension NodeError {
    fileprivate func isNotReady(_ words: String) -> Bool {
        if case .notReady = self { "\(self)".contains(words) } else { false }
    }
}
