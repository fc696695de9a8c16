import Glibc
import JSON
import Messages
import Messaging
import ServiceRuntime
import System

/// Calls between services, answered at once: what one costs both sides together, in this process.
struct MessagingSection: BenchSection {
    let name = "messaging"
    let about = "processor time of one call between services, both sides, and how long it takes"

    private static let method = "bench.Echo/Echo"
    private static let payload = [UInt8](repeating: 7, count: 120)
    /// So many calls under way at once, and so many in all.
    private static let loads = [(outstanding: 1, calls: 20_000), (outstanding: 64, calls: 60_000)]

    func run() async throws -> JSON {
        let surroundings = Surroundings(
            log: Log(service: "bench", minimum: .error, clock: SystemClock(), sink: StandardError()),
            metrics: Metrics(),
            health: Health(),
            clock: SystemClock()
        )
        var results = JSONObject()
        for address in ["inproc://bench-echo", "ipc:///tmp/lode-bench-echo-\(ProcessEnvironment.processID).sock"] {
            let server = try RPCServer(
                name: "echo",
                listening: [try MessagingAddress(parsing: address)],
                dispatcher: Echo(),
                surroundings: surroundings
            )
            let running = Task { try await server.run() }
            let client = try RPCClient(dialing: server.addresses, metrics: surroundings.metrics)
            for load in Self.loads {
                let transport = String(address.prefix { $0 != ":" })
                results["\(transport)_\(load.outstanding)_at_once"] = try await Self.measure(client, load)
            }
            running.cancel()
            try await running.value
        }
        return .object(results)
    }

    private static func measure(_ client: RPCClient, _ load: (outstanding: Int, calls: Int)) async throws -> JSON {
        let before = ProcessTime.now
        let times = try await withThrowingTaskGroup(of: [Duration].self) { group in
            for _ in 0..<load.outstanding {
                group.addTask {
                    var times: [Duration] = []
                    for _ in 0..<(load.calls / load.outstanding) {
                        let start = ContinuousClock.now
                        _ = try await client.call(method, payload, timeout: .seconds(10))
                        times.append(.now - start)
                    }
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let used = ProcessTime.now - before
        return [
            "cpu_ns_per_call": JSON(UInt64(used / .nanoseconds(1)) / UInt64(times.count)),
            "answer_us_p50": JSON(UInt64(times.sorted()[times.count / 2] / .microseconds(1))),
        ]
    }

    private struct Echo: RPCDispatcher {
        var methods: [String] { [MessagingSection.method] }

        func dispatch(_ method: String, _ payload: [UInt8]) async throws(RPCError) -> [UInt8] { payload }
    }
}

/// Processor time that this process has used, all threads together.
enum ProcessTime {
    static var now: Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
