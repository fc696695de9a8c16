import EventLoop
import Glibc
import Synchronization
import TestSupport
import Testing

/// Tasks on a loop's thread.
@Suite(.timeLimit(.minutes(2))) struct ExecutorTests {
    private func thisThread() -> pthread_t { pthread_self() }

    /// What `body` finds at the loop's thread.
    private func asked<Value: Sendable>(
        _ loop: EventLoop<EchoHandler>,
        _ body: @escaping @Sendable (EchoHandler) -> Value
    ) async -> Value {
        await withCheckedContinuation { continuation in
            loop.post { continuation.resume(returning: body($0)) }
        }
    }

    @Test func aTaskThatHasWaitedElsewhereGoesOnAtTheLoopsThread() async throws {
        try await withServer { echo in
            let loop = echo.server.loops[0]
            let thread = await asked(loop) { _ in thisThread() }
            let executor = await asked(loop) { $0.context.executor }
            let seen = await Task(executorPreference: executor) {
                var seen = [thisThread()]
                for _ in 0..<100 {
                    seen.append(await Task.detached { thisThread() }.value)
                    seen.append(thisThread())
                }
                return seen
            }.value
            #expect(stride(from: 0, to: seen.count, by: 2).allSatisfy { seen[$0] == thread })
            #expect(stride(from: 1, to: seen.count, by: 2).allSatisfy { seen[$0] != thread })
        }
    }

    @Test func onceTheLoopHasStoppedItsTasksGoOnElsewhere() async throws {
        let kept = Mutex<LoopExecutor?>(nil)
        try await withServer { echo in
            let executor = await asked(echo.server.loops[0]) { $0.context.executor }
            kept.withLock { $0 = executor }
        }
        let executor = try #require(kept.withLock { $0 })
        let sum = await Task(executorPreference: executor) {
            await Task.detached { 20 }.value + 22
        }.value
        #expect(sum == 42)
    }

    @Test func postsThatBringFurtherPostsHoldUpNoLine() async throws {
        try await withServer { echo in
            let isOver = Mutex(false)
            let loop = echo.server.loops[0]
            @Sendable func again(_: EchoHandler) {
                if !isOver.withLock({ $0 }) { loop.post(again) }
            }
            loop.post(again)
            let client = try echo.client()
            client.send("hello\n")
            await client.wait(for: "hello")
            isOver.withLock { $0 = true }
        }
    }
}
