import BlockFormat
import ChainAdapter
import Hashing
import Messages
import ServiceRuntime
import TestSupport
import Testing

@testable import ChainWatcher

/// The loops on a chain that the test writes, with a clock that the test moves.
@Suite(.timeLimit(.minutes(1))) struct BlockFollowerTests {
    /// A follower with everything around it.
    private struct Rig {
        let chain = FakeChain()
        let jobs = FakeJobs()
        let ledger = FakeLedger()
        let announcements = FakeAnnouncements()
        let events = FakeEvents()
        let clock = ManualClock()
        let surroundings: Surroundings
        let folder: ScratchFolder
        let follower: BlockFollower

        init(folder: ScratchFolder? = nil) throws {
            let folder = try folder ?? ScratchFolder("candidates")
            self.folder = folder
            surroundings = .test(clock: clock)
            follower = BlockFollower(
                settings: ChainWatcherSettings(
                    network: .litecoinRegtest,
                    folder: folder.path,
                    listening: [],
                    publishing: []
                ),
                chain: chain,
                jobs: jobs,
                ledger: ledger,
                announcements: announcements,
                events: events,
                store: CandidateFiles(folder: folder.path),
                surroundings: surroundings
            )
        }

        /// Runs the loops beside `body`.
        func run(_ body: () async throws -> Void) async throws {
            try await follower.resume()
            let running = Task { await follower.run() }
            do {
                try await body()
            } catch {
                running.cancel()
                await running.value
                throw error
            }
            running.cancel()
            await running.value
        }

        func submit(_ work: SolvedWork) async throws -> SubmitBlockReply {
            jobs.insert(work.template)
            return try await follower.submitBlock(work.candidate)
        }

        /// Candidates without a job, at one height each.
        func take(at heights: [UInt32]) async throws -> [Hash256] {
            var hashes: [Hash256] = []
            for height in heights {
                let candidate = Candidate(
                    hash: .random(),
                    height: height,
                    jobID: 1,
                    finder: nil,
                    reward: 1,
                    networkTarget: [],
                    foundAtMs: 1
                )
                _ = try await follower.take(SolvedCandidate(candidate: candidate, block: candidate.hash.bytes))
                hashes.append(candidate.hash)
            }
            return hashes
        }

        /// One turn of each loop, while none of them runs.
        func turn(atEverything: Bool = false) async {
            #expect(await follower.look(atEverything: atEverything))
            await follower.offerDue()
            #expect(await follower.report())
            await follower.retire()
        }

        /// Lets the clock run on, in steps of seconds, until something is so.
        func pass(until what: String, _ condition: () async throws -> Bool) async throws {
            try await Patience.wait(for: what) {
                if try await condition() { return true }
                clock.advance(by: .seconds(5))
                return false
            }
        }

        /// Lets the clock run on until the ledger was told a state; the report that did.
        @discardableResult
        func step(until state: BlockState, _ confirmations: UInt32) async throws -> BlockReport? {
            try await pass(until: "\(state) at \(confirmations)") {
                ledger.reports.elements.last.map { $0.state == state && $0.confirmations == confirmations } ?? false
            }
            return ledger.reports.elements.last
        }
    }

    @Test func aBlocksWholeLifeIsReportedAndItsFileGoesAtTheEnd() async throws {
        let rig = try Rig()
        rig.chain.extend(4)
        try await rig.run {
            let work = try SolvedWork(height: 5, jobID: 1)
            let reply = try await rig.submit(work)
            #expect(reply == SubmitBlockReply(hash: work.hash.bytes, state: .submitted))
            #expect(rig.chain.submitted.elements.first == work.block.bytes)
            #expect(try await rig.follower.store.block(work.hash) == work.block.bytes)
            rig.chain.extend(with: work.hash)
            let accepted = try #require(try await rig.step(until: .accepted, 1))
            #expect(accepted.hash == work.hash.bytes)
            #expect(accepted.height == 5)
            #expect(accepted.reward == 5_000_000_000)
            #expect(accepted.finder == work.candidate.finder)
            #expect(accepted.foundAtMs == work.candidate.foundAtMs)
            rig.chain.extend(9)
            try await rig.step(until: .accepted, 10)
            rig.chain.extend(90)
            try await rig.step(until: .confirmed, 100)
            // A reorganisation may still be deeper than that.
            rig.chain.extend(100)
            try await rig.step(until: .confirmed, 200)
            try await Patience.wait(for: "the file's end") { try await rig.follower.store.load().reports.isEmpty }
            #expect(rig.follower.watchlist.all.isEmpty)
            #expect(rig.events.blocks.elements.map(\.state) == [.submitted, .accepted, .confirmed])
            #expect(rig.events.tips.elements.last?.height == 204)
            #expect(try await rig.follower.getTip(Empty()).height == 204)
        }
    }

    @Test func aReorganisationOrphansABlockAndAnotherBringsItBack() async throws {
        let rig = try Rig()
        rig.chain.extend(4)
        try await rig.run {
            let work = try SolvedWork(height: 5, jobID: 1)
            _ = try await rig.submit(work)
            let base = rig.chain.hashes
            rig.chain.extend(with: work.hash)
            try await rig.step(until: .accepted, 1)
            rig.chain.setChain(base + [.random(), .random()])
            try await rig.step(until: .orphaned, 0)
            rig.chain.setChain(base + [work.hash, .random(), .random()])
            try await rig.step(until: .accepted, 3)
            #expect(rig.surroundings.metrics.exposition.contains("lode_chain_reorganisations_total 2"))
        }
    }

    /// A busy test network finds dozens of blocks at each height, and one of them lasts.
    @Test func lostSiblingsCostNothingAndOneThatComesBackIsSeen() async throws {
        let rig = try Rig()
        rig.chain.extend(4)
        rig.chain.setAnswers([.success(.inconclusive)])
        let base = rig.chain.hashes
        let siblings = try await rig.take(at: Array(repeating: 5, count: 50))
        rig.chain.extend(2)
        await rig.turn()
        #expect(rig.ledger.reports.elements.map(\.state) == Array(repeating: .orphaned, count: 50))
        let (offered, asked) = (rig.chain.submitted.elements.count, rig.chain.asked.elements.count)
        for _ in 0..<60 {
            rig.clock.advance(by: .seconds(60))
            await rig.turn()
        }
        #expect(rig.chain.submitted.elements.count == offered)
        #expect(rig.chain.asked.elements.count == asked)
        #expect(rig.ledger.reports.elements.count == 50)
        rig.chain.setChain(base + [siblings[7], .random(), .random()])
        await rig.turn()
        #expect(rig.ledger.reports.elements.count == 51)
        #expect(rig.ledger.reports.elements.last?.hash == siblings[7].bytes)
        #expect(rig.ledger.reports.elements.last?.state == .accepted)
        #expect(rig.ledger.reports.elements.last?.confirmations == 3)
    }

    @Test func asLongAsTheChainOnlyGrowsNothingBelowItsLastEndIsAskedFor() async throws {
        let rig = try Rig()
        rig.chain.extend(4)
        let base = rig.chain.hashes
        let ours = try await rig.take(at: Array(5...34))
        rig.chain.setChain(base + ours)
        await rig.turn()
        let all = Set(UInt32(5)...34)
        #expect(rig.chain.asked.elements.last == all)
        rig.chain.extend(3)
        await rig.turn()
        #expect(rig.chain.asked.elements.last == [34])
        #expect(rig.follower.watchlist[ours[0]]?.fate.confirmations == 33)
        let next = try await rig.take(at: [38])
        rig.chain.extend(with: next[0])
        await rig.turn()
        #expect(rig.chain.asked.elements.last == [37, 38])
        #expect(rig.follower.watchlist[next[0]]?.fate.confirmations == 1)
        await rig.turn(atEverything: true)
        #expect(rig.chain.asked.elements.last == all.union([38]))
        // From the tenth on it is another chain, with more work.
        rig.chain.setChain(base + ours.prefix(10) + (0..<40).map { _ in .random() })
        await rig.turn()
        #expect(rig.chain.asked.elements.last == all.union([38]))
        #expect(rig.follower.watchlist[ours[9]]?.fate.confirmations == 41)
        #expect(rig.follower.watchlist[ours[10]]?.fate.state == .orphaned)
        #expect(rig.follower.watchlist[next[0]]?.fate.state == .orphaned)
    }

    @Test func depthThatMovesNoMoneyIsToldOnceAMinute() async throws {
        let rig = try Rig()
        rig.chain.extend(4)
        let ours = try await rig.take(at: [5])
        rig.chain.extend(with: ours[0])
        for _ in 1...200 {
            await rig.turn()
            rig.chain.extend(1)
        }
        // The credit's depth is the ledger's to know; the end is told at once.
        #expect(rig.ledger.reports.elements.map(\.confirmations) == Array(1...10) + [100, 200])
        #expect(rig.follower.watchlist.all.isEmpty)
        let next = try await rig.take(at: [UInt32(rig.chain.hashes.count)])
        rig.chain.extend(with: next[0])
        rig.chain.extend(9)
        await rig.turn()
        for _ in 0..<13 {
            rig.chain.extend(1)
            rig.clock.advance(by: .seconds(10))
            await rig.turn()
        }
        #expect(rig.ledger.reports.elements.suffix(3).map(\.confirmations) == [10, 16, 22])
    }

    /// The ledger has credited a block and could not say so; when the block is gone again, that is news, though it is what the ledger
    /// has acknowledged last.
    @Test func whatGotNoAnswerIsToldAgainWhateverWasAcknowledgedBefore() async throws {
        let rig = try Rig()
        rig.chain.extend(4)
        try await rig.run {
            let work = try SolvedWork(height: 5, jobID: 1)
            _ = try await rig.submit(work)
            let base = rig.chain.hashes
            rig.chain.extend(with: work.hash)
            try await rig.step(until: .accepted, 1)
            let rival = base + [.random(), .random()]
            rig.chain.setChain(rival)
            try await rig.step(until: .orphaned, 0)
            rig.ledger.setSilent(true)
            rig.chain.setChain(base + [work.hash, .random(), .random()])
            try await rig.step(until: .accepted, 3)
            rig.chain.setChain(rival + [.random(), .random()])
            await rig.events.blocks.wait { $0.last?.state == .accepted }
            try await rig.pass(until: "a look at the chain") {
                rig.follower.watchlist[work.hash]?.fate.state == .orphaned
            }
            rig.ledger.setSilent(false)
            try await rig.step(until: .orphaned, 0)
        }
    }

    @Test func aBlockThatNoNodeTookIsOfferedUntilOneDoes() async throws {
        let rig = try Rig()
        rig.chain.extend(4)
        rig.chain.setAnswers([.failure(.unreachable("down"))])
        try await rig.run {
            let work = try SolvedWork(height: 5, jobID: 1)
            _ = try await rig.submit(work)
            try await rig.pass(until: "two more offers") { rig.chain.submitted.elements.count >= 3 }
            rig.chain.setAnswers([.success(.accepted)])
            rig.chain.extend(with: work.hash)
            try await rig.step(until: .accepted, 1)
            #expect(rig.chain.submitted.elements.allSatisfy { $0 == work.block.bytes })
        }
    }

    @Test func aRefusedBlockIsReportedWithTheNodesReason() async throws {
        let rig = try Rig()
        rig.chain.extend(4)
        rig.chain.setAnswers([.success(.rejected(reason: "bad-cb-amount")), .failure(.unreachable("down"))])
        try await rig.run {
            _ = try await rig.submit(SolvedWork(height: 5, jobID: 1))
            rig.chain.setAnswers([.success(.rejected(reason: "duplicate-invalid"))])
            try await rig.pass(until: "two more offers") { rig.chain.submitted.elements.count >= 3 }
            let report = try await rig.step(until: .rejected, 0)
            #expect(report?.reason == "bad-cb-amount")
        }
    }

    @Test func aLedgerThatIsAwayIsToldEverythingAfterwards() async throws {
        let rig = try Rig()
        rig.chain.extend(4)
        rig.ledger.setAway(true)
        try await rig.run {
            let work = try SolvedWork(height: 5, jobID: 1)
            _ = try await rig.submit(work)
            rig.chain.extend(with: work.hash)
            await rig.events.blocks.wait { $0.last?.state == .submitted }
            rig.ledger.setAway(false)
            let report = try await rig.step(until: .accepted, 1)
            #expect(report?.hash == work.hash.bytes)
        }
    }

    @Test func aRestartLosesNothingAndTellsNothingBeforeItHasLooked() async throws {
        let folder = try ScratchFolder("candidates")
        let work = try SolvedWork(height: 5, jobID: 1)
        let first = try Rig(folder: folder)
        first.chain.extend(4)
        first.chain.setAnswers([.failure(.unreachable("down"))])
        // Not even its loops ran: the process died right after the answer.
        _ = try await first.submit(work)

        let second = try Rig(folder: folder)
        second.chain.extend(4)
        second.chain.setError(.unreachable("down"))
        try await second.run {
            await second.chain.submitted.wait { $0.first == work.block.bytes }
            try await Patience.wait(for: "a look at the chain") { !second.surroundings.health.missing.isEmpty }
            #expect(second.ledger.reports.elements.isEmpty)
            #expect(second.surroundings.health.missing.map(\.condition) == ["chain: node"])
            second.chain.setError(nil)
            second.chain.extend(with: work.hash)
            let report = try await second.step(until: .accepted, 1)
            #expect(report?.finder == work.candidate.finder)
            #expect(second.surroundings.health.missing.isEmpty)
            // The same block again is known: it is not submitted a second time.
            let offered = second.chain.submitted.elements.count
            let reply = try await second.follower.submitBlock(work.candidate)
            #expect(reply.state == .accepted)
            #expect(second.chain.submitted.elements.count == offered)
        }
    }

    @Test func nodesThatLagOrphanNothingUntilThatHasLastedLong() async throws {
        let rig = try Rig()
        rig.chain.extend(4)
        try await rig.run {
            let work = try SolvedWork(height: 5, jobID: 1)
            _ = try await rig.submit(work)
            let base = rig.chain.hashes
            rig.chain.extend(with: work.hash)
            rig.chain.extend(5)
            try await rig.step(until: .accepted, 6)
            // Failover to a node on another branch with less work.
            rig.chain.setChain(base + [.random(), .random()])
            try await rig.pass(until: "the health to tell") {
                rig.surroundings.health.missing.first?.reason.contains("behind") ?? false
            }
            #expect(rig.ledger.reports.elements.last?.state == .accepted)
            rig.clock.advance(by: .seconds(600))
            try await rig.step(until: .orphaned, 0)
        }
    }

    @Test func aClockThatIsSetBackMakesPatienceNeitherShorterNorLonger() async throws {
        let rig = try Rig()
        rig.chain.extend(4)
        let base = rig.chain.hashes
        rig.chain.extend(5)
        await rig.turn()
        rig.chain.setChain(base + [.random()])
        #expect(await !rig.follower.look(atEverything: false))
        rig.clock.setBack(by: .seconds(86_400))
        #expect(await !rig.follower.look(atEverything: false))
        rig.clock.advance(by: .seconds(599))
        #expect(await !rig.follower.look(atEverything: false))
        rig.clock.advance(by: .seconds(1))
        #expect(await rig.follower.look(atEverything: false))
    }

    @Test func aClockThatIsSetBackHoldsUpNoOfferAndNoReport() async throws {
        let rig = try Rig()
        rig.chain.extend(4)
        rig.chain.setAnswers([.failure(.unreachable("down"))])
        let ours = try await rig.take(at: [5])
        rig.clock.setBack(by: .seconds(86_400))
        #expect(rig.chain.submitted.elements.count == 1)
        rig.clock.advance(by: .seconds(1))
        await rig.turn()
        #expect(rig.chain.submitted.elements.count == 2)
        rig.chain.extend(with: ours[0])
        rig.chain.extend(9)
        await rig.turn()
        rig.clock.setBack(by: .seconds(86_400))
        rig.chain.extend(1)
        rig.clock.advance(by: .seconds(59))
        await rig.turn()
        #expect(rig.ledger.reports.elements.last?.confirmations == 10)
        rig.clock.advance(by: .seconds(1))
        await rig.turn()
        #expect(rig.ledger.reports.elements.last?.confirmations == 11)
    }

    @Test func aClockThatIsSetBackHoldsUpNoLookAtEverything() async throws {
        let rig = try Rig()
        rig.chain.extend(4)
        try await rig.run {
            let work = try SolvedWork(height: 5, jobID: 1)
            _ = try await rig.submit(work)
            rig.chain.extend(with: work.hash)
            try await rig.step(until: .accepted, 1)
            rig.clock.setBack(by: .seconds(86_400))
            let (askedCount, startMs) = (rig.chain.asked.elements.count, rig.clock.monotonicMilliseconds)
            try await rig.pass(until: "a look at everything") { rig.chain.asked.elements.count > askedCount }
            // However slowly the loop keeps up with the clock.
            #expect(rig.clock.monotonicMilliseconds < startMs + 43_200_000)
        }
    }

    @Test func aSlowNodeHoldsTheFinderUpOnlySoLong() async throws {
        let rig = try Rig()
        rig.chain.setSlow(true)
        let work = try SolvedWork(height: 1, jobID: 1)
        async let reply = rig.submit(work)
        await rig.clock.waitForSleepers(1)
        rig.clock.advance(by: .seconds(2))
        #expect(try await reply.state == .submitted)
    }

    @Test func templatesAreFetchedWhenAJobIsAnnounced() async throws {
        let rig = try Rig()
        let work = try SolvedWork(height: 5, jobID: 77)
        rig.jobs.insert(work.template)
        try await rig.run {
            rig.announcements.announce(work.template.job ?? Job())
            await rig.jobs.asked.wait { $0 == [77] }
            try await Patience.wait(for: "the template") { rig.follower.templates[77] != nil }
            _ = try await rig.follower.submitBlock(work.candidate)
            #expect(rig.jobs.asked.elements == [77])
        }
    }

    @Test func aFullDiskStopsNoSubmissionAndTheFinderKeepsTheBlock() async throws {
        let rig = try Rig(folder: ScratchFolder("candidates"))
        // A file where the folder should be: nothing can be written.
        let blocked = BlockFollower(
            settings: ChainWatcherSettings(
                network: .litecoinRegtest,
                folder: "/dev/null/candidates",
                listening: [],
                publishing: []
            ),
            chain: rig.chain,
            jobs: rig.jobs,
            ledger: rig.ledger,
            announcements: rig.announcements,
            events: rig.events,
            store: CandidateFiles(folder: "/dev/null/candidates"),
            surroundings: rig.surroundings
        )
        let work = try SolvedWork(height: 1, jobID: 1)
        rig.jobs.insert(work.template)
        for count in 1...2 {  // the finder asks again, and it is submitted again
            await #expect { try await blocked.submitBlock(work.candidate) } throws: { error in
                (error as? RPCError)?.isRetryable == true
            }
            #expect(rig.chain.submitted.elements.count == count)
        }
    }

    @Test func whatIsNoBlockOfTheJobIsRefused() async throws {
        let rig = try Rig()
        let work = try SolvedWork(height: 5, jobID: 1)
        let other = try SolvedWork(height: 5, jobID: 2)
        rig.jobs.insert(work.template)
        func changed(_ change: (inout BlockCandidate) -> Void) -> BlockCandidate {
            var candidate = work.candidate
            change(&candidate)
            return candidate
        }
        let cases: [(String, BlockCandidate)] = [
            ("a short header", changed { $0.header.removeLast() }),
            ("no header", changed { $0.header = [] }),
            ("another job's header", changed { $0.header = other.candidate.header }),
            ("another coinbase", changed { $0.coinbase[50] ^= 1 }),
            ("no coinbase", changed { $0.coinbase = [] }),
            ("a huge coinbase", changed { $0.coinbase = Array(repeating: 0, count: 200_000) }),
            (
                "no solution",
                changed { candidate in
                    var nonce: UInt8 = 0
                    repeat {
                        nonce += 1
                        candidate.header[79] = nonce
                    } while work.isSolved(candidate.header)
                }
            ),
        ]
        for (title, candidate) in cases {
            await #expect("\(title)") { try await rig.follower.submitBlock(candidate) } throws: { error in
                (error as? RPCError)?.code == .invalidArgument
            }
        }
        await #expect { try await rig.follower.submitBlock(changed { $0.jobID = 9 }) } throws: { error in
            (error as? RPCError)?.code == .notFound
        }
        #expect(rig.chain.submitted.elements.isEmpty)
        #expect(try await rig.follower.store.load().reports.isEmpty)
    }
}

extension SolvedWork {
    fileprivate func isSolved(_ header: [UInt8]) -> Bool {
        Network.litecoinRegtest.algorithm.hash(header: header).bytes[31] <= 0x7f
    }
}
