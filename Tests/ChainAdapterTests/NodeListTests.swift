import BlockFormat
import ChainAdapter
import Hashing
import JSON
import MiningDomain
import Synchronization
import TestSupport
import Testing

/// Several nodes as one.
@Suite(.timeLimit(.minutes(1))) struct NodeListTests {
    private static let other = "bb0827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416bb"

    private static var quick: Node.Limits {
        var limits = Node.Limits()
        limits.query = .milliseconds(300)
        limits.template = .milliseconds(300)
        limits.submission = .milliseconds(300)
        return limits
    }

    @Test func theSecondIsAskedWhileTheFirstCannotAnswerAndTheFirstAgainAfterARest() async throws {
        let isDown = Mutex(true)
        let first = try ScriptedNode { method, _ in
            method == "getbestblockhash" && isDown.withLock(\.self) ? .raw(status: 503, "") : nil
        }
        let second = try ScriptedNode { method, _ in
            method == "getbestblockhash" ? .result(.string(Self.other)) : nil
        }
        let clock = ManualClock()
        let nodes = NodeList([first.node("one"), second.node("two")], surroundings: .test(clock: clock))
        func ask() async throws -> String {
            try await nodes.ask { node throws(NodeError) in try await node.bestBlockHash() }.displayHex
        }
        #expect(try await ask() == Self.other)
        #expect(nodes.troubles.map(\.node) == ["one"])
        let calls = first.calls.elements.count
        #expect(try await ask() == Self.other)
        #expect(first.calls.elements.count == calls)  // it rests
        isDown.withLock { $0 = false }
        clock.setBack(by: .seconds(3_600))  // which makes the rest no longer
        clock.advance(by: .seconds(1))
        #expect(try await ask() == ScriptedNode.tip)
        #expect(nodes.troubles.isEmpty)
    }

    @Test func aRefusalIsAnAnswerAndNoReasonToAskAnother() async throws {
        let first = try ScriptedNode { method, _ in method == "getbestblockhash" ? .error(code: -1, message: "no") : nil
        }
        let second = try ScriptedNode()
        let nodes = NodeList([first.node(), second.node()], surroundings: .test())
        await #expect(throws: NodeError.refused(code: -1, message: "no")) {
            try await nodes.ask { node throws(NodeError) in try await node.bestBlockHash() }
        }
        #expect(second.calls.elements.isEmpty)
    }

    @Test func templatesComeFromWhoeverCanGiveThem() async throws {
        let lonely = try ScriptedNode { method, _ in
            method == "getblocktemplate" ? .error(code: -9, message: "Litecoin Core is not connected!") : nil
        }
        let silent = try ScriptedNode { method, _ in method == "getblocktemplate" ? .silence : nil }
        let liar = try ScriptedNode { method, _ in method == "getblocktemplate" ? .result(["height": 5]) : nil }
        let good = try ScriptedNode()
        let nodes = NodeList(
            [
                lonely.node("lonely"), silent.node("silent", limits: Self.quick), liar.node("liar"), good.node("good"),
            ],
            surroundings: .test(clock: ManualClock())
        )
        #expect(try await nodes.template().height == 2)
        #expect(nodes.troubles.map(\.node) == ["lonely", "silent", "liar"])
        #expect(try await nodes.template().height == 2)
    }

    @Test func blocksGoToEveryNodeAtOnceWhateverItsHealth() async throws {
        let taken = try ScriptedNode()
        let silent = try ScriptedNode { _, _ in .silence }
        let refusing = try ScriptedNode { method, _ in method == "submitblock" ? .result("high-hash") : nil }
        let nodes = NodeList(
            [silent.node("silent", limits: Self.quick), taken.node("taken"), refusing.node("refusing")],
            surroundings: .test()
        )
        for _ in 0..<2 {
            async let submissions = nodes.submit([1, 2, 3])
            let answered = await submissions.map { try? $0.result.get() }
            #expect(answered == [nil, .accepted, .rejected(reason: "high-hash")])
        }
        #expect(silent.calls.elements.count == 2)
        // Nothing was asked before the block was offered.
        #expect(taken.calls.elements == ["submitblock", "submitblock"])
    }

    @Test func aLongPollHoldsUpNeitherQuestionsNorBlocks() async throws {
        let tip = Mutex(Self.other)
        let scripted = try ScriptedNode { method, parameters in
            switch method {
            case "getbestblockhash": .result(.string(tip.withLock(\.self)))
            case "getblocktemplate": parameters.first?["longpollid"] != nil ? .silence : nil
            case _: nil
            }
        }
        let nodes = NodeList([scripted.node()], surroundings: .test())
        _ = try await nodes.ask { node throws(NodeError) in try await node.bestBlockHash() }
        _ = try await nodes.template()
        let poll = Task { try await nodes.template(afterChange: true) }
        await scripted.calls.wait { $0.count { $0 == "getblocktemplate" } == 2 }
        #expect(try await nodes.tip().height == 1)
        #expect(await nodes.submit([1]).count == 1)
        #expect(try await nodes.template().height == 2)
        poll.cancel()
        await #expect(throws: NodeError.cancelled) { try await poll.value }
        #expect(nodes.troubles.isEmpty)
    }

    @Test(arguments: [false, true])
    func aLongPollWithoutAnswerIsNotRepeatedUntilTheTipChanges(isCancelled: Bool) async throws {
        let tip = Mutex(ScriptedNode.tip)
        let polls = Collector<String>()
        let scripted = try ScriptedNode { method, parameters in
            switch method {
            case "getbestblockhash": return .result(.string(tip.withLock(\.self)))
            case "getblocktemplate":
                guard let id = parameters.first?["longpollid"]?.string else { return nil }
                polls.append(id)
                return .silence
            case _: return nil
            }
        }
        var limits = Node.Limits()
        if !isCancelled { limits.longPoll = .milliseconds(300) }
        let nodes = NodeList([scripted.node(limits: limits)], surroundings: .test())
        @Sendable func isSilent() async -> Bool {
            do throws(NodeError) {
                _ = try await nodes.template(afterChange: true)
                return false
            } catch {
                return if case .noAnswer = error { true } else { error == .cancelled }
            }
        }
        // What a killed run left behind may still be there.
        for _ in 0..<3 {
            _ = try await nodes.template()
            #expect(await isSilent())
            _ = try await nodes.ask { node throws(NodeError) in try await node.bestBlockHash() }
        }
        #expect(polls.elements.isEmpty)
        for round in 1...2 {
            tip.withLock { $0 = round == 1 ? Self.other : ScriptedNode.tip }
            _ = try await nodes.ask { node throws(NodeError) in try await node.bestBlockHash() }
            let poll = Task { await isSilent() }
            await polls.wait { $0.count == round }
            #expect(await isSilent())  // one at a time
            if isCancelled { poll.cancel() }
            #expect(await poll.value)
            for _ in 0..<3 {
                #expect(await isSilent())
                _ = try await nodes.ask { node throws(NodeError) in try await node.bestBlockHash() }
            }
            #expect(polls.elements.count == round)
        }
        #expect(nodes.troubles.isEmpty)
    }

    @Test func theChainWithTheMostWorkIsTheBest() async throws {
        let short = try ScriptedNode()
        let long = try ScriptedNode { method, _ in
            method == "getblockchaininfo"
                ? .result(ScriptedNode.information(height: 1, tip: Self.other, work: 5)) : nil
        }
        let syncing = try ScriptedNode { method, _ in
            method == "getblockchaininfo"
                ? .result(ScriptedNode.information(height: 9, tip: Self.other, work: 9, isSyncing: true)) : nil
        }
        let dead = try ScriptedNode { _, _ in .raw(status: 500, "") }
        let both = NodeList([dead.node(), short.node(), syncing.node(), long.node()], surroundings: .test())
        #expect(try await both.tip().bestBlockHash.displayHex == Self.other)
        #expect(try await both.tip().chainWork == UInt256(5))
        let none = NodeList([syncing.node()], surroundings: .test())
        await #expect { try await none.tip() } throws: { "\($0)".contains("initial sync") }
    }

    @Test func aSnapshotIsOfOneMoment() async throws {
        // The tip changes while the heights are read: the first attempt must not count.
        let attempts = Mutex(0)
        let scripted = try ScriptedNode { method, parameters in
            switch method {
            case "getblockchaininfo":
                let attempt = attempts.withLock { attempts in
                    attempts += 1
                    return attempts
                }
                // One call verifies the chain, the next begins the first attempt.
                return attempt <= 2 ? nil : .result(ScriptedNode.information(height: 1, tip: Self.other, work: 5))
            case "getbestblockhash": return .result(.string(Self.other))
            case "getblockhash" where parameters == [1]:
                return .result(.string(attempts.withLock(\.self) <= 2 ? ScriptedNode.tip : Self.other))
            case _: return nil
            }
        }
        let nodes = NodeList([scripted.node()], surroundings: .test())
        let snapshot = try await nodes.snapshot(at: [1, 7])
        #expect(snapshot.hashes.mapValues(\.displayHex) == [1: Self.other])
        #expect(snapshot.bestBlockHash.displayHex == Self.other)
    }
}
