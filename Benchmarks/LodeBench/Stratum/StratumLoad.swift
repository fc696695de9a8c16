import EventLoop
import Glibc
import System

/// The load generator: miners on a loop of their own, which is told what to do from outside.
final class StratumLoad: Sendable {
    /// More than any case connects.
    private static let connectionCountMax = 16_384
    private static let readyTime: Duration = .seconds(60)
    private static let answerTime: Duration = .seconds(10)
    /// How often a load of a given rate looks what is due, in microseconds.
    private static let paceMicroseconds: UInt32 = 100

    private let loop: EventLoop<LoadDesk>

    init() throws {
        var settings = LoopSettings()
        settings.connectionCountMax = Self.connectionCountMax
        settings.connectTime = Self.readyTime
        loop = try EventLoop(name: "load", settings: settings) { LoadDesk($0) }
    }

    func stop() async {
        await loop.stop()
    }

    /// Something that only the loop's own thread may look at.
    func ask<Value: Sendable>(_ question: @escaping @Sendable (LoadDesk) -> Value) async -> Value {
        await withCheckedContinuation { answer in
            guard loop.post({ answer.resume(returning: question($0)) }) else {
                preconditionFailure("the loop runs as long as it is asked")
            }
        }
    }

    /// Processor time of the loop's thread so far.
    var cpu: Duration {
        get async { await ask { _ in ThreadTime.now } }
    }

    /// Returns when all are authorized and have a job.
    func connect(_ count: Int, to door: LoadDesk.Door) async throws {
        let wanted = await ask { desk in
            let wanted = desk.readyCount + count
            desk.connect(count, to: door)
            return wanted
        }
        let ready = await wait(atMost: Self.readyTime) { $0.readyCount >= wanted }
        guard ready else { throw StratumBenchError.notReady(connections: await ask(\.readyCount), of: wanted) }
    }

    /// Returns when all are gone.
    func disconnect() async {
        _ = await ask { $0.closeAll() }
        _ = await wait(atMost: Self.answerTime) { $0.miners.isEmpty }
    }

    /// What came of the shares since the last time.
    func takeCounts() async -> LoadCounts {
        await ask { desk in
            defer { desk.counts = LoadCounts() }
            return desk.counts
        }
    }

    /// Nothing new is sent, and the answers to everything are waited for.
    ///
    /// - Returns: Whether they came.
    @discardableResult
    func settle() async -> Bool {
        _ = await ask { $0.keepOutstanding(0) }
        return await wait(atMost: Self.answerTime) { $0.openShareCount == 0 }
    }

    /// Sends shares at a steady rate; `isOver` is asked again and again, on a thread of its own.
    func submit(perSecond rate: Int, until isOver: @escaping @Sendable () -> Bool) async {
        await BlockingQueue(label: "pacer").run { [loop] in
            let (start, interval) = (ContinuousClock.now, Duration.seconds(1) / rate)
            var count = 0
            while !isOver() {
                let due = Int((ContinuousClock.now - start) / interval)
                if due > count {
                    let times = (count..<due).map { start + interval * ($0 + 1) }
                    count = due
                    loop.post { $0.submit(times) }
                }
                usleep(Self.paceMicroseconds)
            }
        }
    }

    func wait(atMost time: Duration, until condition: @escaping @Sendable (LoadDesk) -> Bool) async -> Bool {
        let deadline = ContinuousClock.now + time
        while .now < deadline {
            if await ask(condition) { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}
