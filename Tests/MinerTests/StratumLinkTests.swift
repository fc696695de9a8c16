import Hashing
import MiningDomain
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@testable import Miner

/// The whole miner against a scripted pool, over real sockets.
@Suite(.timeLimit(.minutes(1))) struct StratumLinkTests {
    /// The last progress a miner showed.
    private final class Watcher: ProgressDisplay {
        private let last = Mutex<MinerProgress?>(nil)
        let interval: Duration = .milliseconds(10)

        func show(_ progress: MinerProgress) {
            last.withLock { $0 = progress }
        }

        func conclude(_ progress: MinerProgress) {
            show(progress)
        }

        var tally: Tally { last.withLock { $0?.tally } ?? Tally() }
        var trouble: String? { last.withLock { $0?.trouble } }
    }

    private let listener: LoopbackListener
    private let watcher = Watcher()

    init() throws {
        listener = try LoopbackListener()
    }

    /// Runs a miner until `body` returns, and waits for its end.
    private func mine(
        timeout: Duration = .seconds(50),
        endingByItself endsByItself: Bool = false,
        clock: any WallClock = SystemClock(),
        until body: () async throws -> Void,
        whileItEnds: () async throws -> Void = {}
    ) async throws {
        let account = try #require(MinerAccount(address: "somewhere"))
        let address = try #require(StratumAddress("stratum+tcp://127.0.0.1:\(listener.port)"))
        let stratum = StratumSettings(address: address, algorithm: .sha256d, userAgent: "lode/test")
        var settings = MinerSettings(
            pool: .stratum(stratum),
            account: account,
            worker: WorkerName("rig"),
            threadCount: 2,
            hashrateLimit: 20_000
        )
        settings.requestTimeout = timeout
        let miner = MinerProgram(settings: settings, surroundings: .test(clock: clock), display: watcher, seed: 1)
        let running = Task { try await miner.run() }
        do {
            try await body()
        } catch {
            running.cancel()
            _ = await running.result
            throw error
        }
        if !endsByItself { running.cancel() }
        try await whileItEnds()
        try await running.value
    }

    @Test func findsAreSharesThatAPoolTakes() async throws {
        let target = Target(UInt256(0xffff) << 208).value  // of difficulty 1
        try await mine {
            let peer = try await StratumPeer(listener)
            let said = try await peer.welcome(job: StratumDialogue.notify("a1"))
            #expect(
                said == [
                    #"{"id":1,"method":"mining.subscribe","params":["lode/test"]}"#,
                    #"{"id":2,"method":"mining.extranonce.subscribe","params":[]}"#,
                    #"{"id":3,"method":"mining.authorize","params":["somewhere.rig","x"]}"#,
                ]
            )
            var seen: Set<[String]> = []
            repeat {
                let share = try await peer.share()
                #expect(share.parameters[0] == "somewhere.rig")
                #expect(share.time == String(1_790_000_000, radix: 16))
                // Difficulty 1e-7 is ten million times easier than 1.
                let eased = target.multipliedReportingOverflow(by: 10_000_000).partialValue
                #expect(Target(eased).isMet(by: try peer.hash(of: share)))
                #expect(seen.insert(share.parameters).inserted)
                try await peer.accept(share)
            } while watcher.tally.accepted < 20
        }
        #expect(watcher.tally.rejected == 0)
    }

    @Test func aNewTipIsWorkedOnAtOnceAndInFreshExtranonces() async throws {
        try await mine {
            let peer = try await StratumPeer(listener)
            try await peer.welcome(job: StratumDialogue.notify("a1"))
            let first = try await peer.share()
            try await peer.accept(first)
            try await peer.send(StratumDialogue.notify("a2", tip: 2))
            var share = try await peer.share()
            // What was found meanwhile, before the threads had looked up.
            while share.jobID == "a1" {
                try await peer.accept(share)
                share = try await peer.share()
            }
            for _ in 0..<5 {
                #expect(share.jobID == "a2")
                #expect(share.extranonce2 != first.extranonce2)
                try await peer.accept(share)
                share = try await peer.share()
            }
            try await peer.accept(share)
        }
    }

    @Test func sharesWithoutAnAnswerGoOutAgainWhenTheSessionIsResumed() async throws {
        try await mine {
            let first = try await StratumPeer(listener)
            try await first.welcome(job: StratumDialogue.notify("a1"))
            let share = try await first.share()
            first.hangUp()
            let second = try await StratumPeer(listener)
            let said = try await second.welcome(job: StratumDialogue.notify("a1"))
            #expect(said[0].hasSuffix(#""method":"mining.subscribe","params":["lode/test","s1"]}"#))
            let again = try await second.share()
            #expect(again.parameters == share.parameters)
            // The pool has it from the first time.
            try await second.send(#"{"id":\#(again.id),"result":null,"error":[22,"Duplicate share",null]}"#)
            while watcher.tally.accepted == 0 { try await second.accept(second.share()) }
        }
        #expect(watcher.tally.rejected == 0)
    }

    @Test func anotherExtranonceMakesTheOldSharesWorthless() async throws {
        try await mine {
            let first = try await StratumPeer(listener)
            try await first.welcome(job: StratumDialogue.notify("a1"))
            _ = try await first.share()
            first.hangUp()
            let second = try await StratumPeer(listener)
            try await second.welcome(extranonce1: "08000009", job: StratumDialogue.notify("b1"))
            let share = try await second.share()
            #expect(share.jobID == "b1")
            #expect(Target(UInt256.max >> 8).isMet(by: try second.hash(of: share, extranonce1: "08000009")))
            try await second.accept(share)
            while watcher.tally.stale == 0 { try await second.accept(second.share()) }
        }
    }

    @Test func aPoolThatTakesSharesAndAnswersNothingIsLeft() async throws {
        try await mine(timeout: .milliseconds(200)) {
            let first = try await StratumPeer(listener)
            try await first.welcome(job: StratumDialogue.notify("a1"))
            let share = try await first.share()
            let second = try await StratumPeer(listener)  // comes by itself
            try await second.welcome(job: StratumDialogue.notify("a1"))
            #expect(try await second.share().parameters == share.parameters)
        }
    }

    /// The machine's clock, whose time of day a test sets back.
    private final class ResettableClock: WallClock {
        private let backMs = Mutex<UInt64>(0)

        func setBack(byMs milliseconds: UInt64) { backMs.withLock { $0 += milliseconds } }
        var unixMilliseconds: UInt64 { SystemClock().unixMilliseconds - backMs.withLock(\.self) }
        var monotonicMilliseconds: UInt64 { SystemClock().monotonicMilliseconds }
        func sleep(for duration: Duration) async throws { try await SystemClock().sleep(for: duration) }
    }

    @Test func aClockThatIsSetBackHoldsUpNeitherTheSearchNorTheLeavingOfASilentPool() async throws {
        let clock = ResettableClock()
        try await mine(timeout: .milliseconds(200), clock: clock) {
            let first = try await StratumPeer(listener)
            try await first.welcome(job: StratumDialogue.notify("a1"))
            _ = try await first.share()
            clock.setBack(byMs: 3_600_000)
            let second = try await StratumPeer(listener)  // comes by itself
            try await second.welcome(job: StratumDialogue.notify("a1"))
            while watcher.tally.accepted < 100 { try await second.accept(second.share()) }
        }
    }

    @Test(
        "a pool that sends what is no Stratum is left, and tried again",
        arguments: [
            ("HTTP/1.1 400 Bad Request", 1), (#"{"id":1,"result":[[],"08000002",1],"error":null}"#, 1),
            (#"{"id":1,"result":null,"error":[20,"no",null]}"#, 1), ("x", (1 << 20) + 2),
        ]
    )
    func garbage(text: String, count: Int) async throws {
        try await mine {
            let first = try await StratumPeer(listener)
            _ = try await first.line()
            try? await first.send(String(repeating: text, count: count))
            while let more = try await first.line() { Issue.record("it goes on with \(more)") }
            let second = try await StratumPeer(listener)
            try await second.welcome(job: StratumDialogue.notify("a1"))
            while watcher.tally.accepted == 0 { try await second.accept(second.share()) }
            #expect(watcher.trouble == nil)
        }
    }

    @Test func aPoolThatSendsUsToAnotherPortIsFollowed() async throws {
        let other = try LoopbackListener()
        try await mine {
            let first = try await StratumPeer(listener)
            try await first.welcome(job: StratumDialogue.notify("a1"))
            try await first.send(#"{"id":null,"method":"client.reconnect","params":["",\#(other.port),0]}"#)
            let second = try await StratumPeer(other)
            try await second.welcome(job: StratumDialogue.notify("a1"))
            try await second.accept(second.share())
        }
    }

    @Test func aPoolThatSendsUsToAnotherHostWithoutTLSIsNotFollowed() async throws {
        let other = try LoopbackListener()
        try await mine {
            let first = try await StratumPeer(listener)
            try await first.welcome(job: StratumDialogue.notify("a1"))
            try await first.send(#"{"id":null,"method":"client.reconnect","params":["localhost",\#(other.port)]}"#)
            let second = try await StratumPeer(listener)
            try await second.welcome(job: StratumDialogue.notify("a1"))
            try await second.accept(second.share())
        }
    }

    @Test func endsWithTheReasonWhenThePoolWillNeverLetItIn() async throws {
        await #expect(throws: MinerError.refused("no such address")) {
            try await mine(endingByItself: true) {
                let peer = try await StratumPeer(listener)
                _ = try await peer.line()
                try await peer.send(StratumDialogue.subscription)
                _ = try await peer.line()
                _ = try await peer.line()
                try await peer.send(#"{"id":3,"result":null,"error":[24,"no such address",null]}"#)
                let last = try? await peer.line()
                #expect(last == nil, "it hangs up, in whichever way")
            }
        }
    }

    @Test func itsLastSharesReachThePoolBeforeItEnds() async throws {
        var peer: StratumPeer?
        var share: StratumShare?
        try await mine {
            let first = try await StratumPeer(listener)
            try await first.welcome(job: StratumDialogue.notify("a1"))
            share = try await first.share()
            peer = first
        } whileItEnds: {
            // The answer comes only when the miner is on its way out.
            while let answered = share, let peer {
                try await peer.accept(answered)
                share = try? await peer.share()
            }
        }
        #expect(watcher.tally.accepted >= 1)
        #expect(watcher.tally.rejected == 0)
    }
}
