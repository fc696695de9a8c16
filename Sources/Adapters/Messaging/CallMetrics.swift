internal import Messages
internal import ServiceRuntime
internal import Synchronization

/// Counts one end's calls, by method and status, and how long they take.
final class CallMetrics: Sendable {
    private struct Method {
        let duration: Histogram
        var byStatus: [RPCStatus: Counter] = [:]
    }

    private let metrics: Metrics
    private let side: String
    private let methods = Mutex<[String: Method]>([:])

    /// `side` is `client` or `server`.
    init(_ metrics: Metrics, side: String) {
        self.metrics = metrics
        self.side = side
    }

    /// `method` is one of a contract's, never what a peer wrote: each makes lines of its own.
    func record(_ method: String, _ status: RPCStatus, took duration: Duration) {
        let (calls, durations) = methods.withLock { methods in
            if let known = methods[method], let counter = known.byStatus[status] { return (counter, known.duration) }
            let duration = methods[method]?.duration ?? histogram(method)
            let counter = counter(method, status)
            methods[method, default: Method(duration: duration)].byStatus[status] = counter
            return (counter, duration)
        }
        calls.increment()
        durations.observe(duration)
    }

    private func histogram(_ method: String) -> Histogram {
        metrics.histogram(
            "lode_rpc_\(side)_seconds",
            help: "How long calls between services take, seen by the \(side).",
            labels: ["method": method]
        )
    }

    private func counter(_ method: String, _ status: RPCStatus) -> Counter {
        metrics.counter(
            "lode_rpc_\(side)_calls_total",
            help: "Calls between services, seen by the \(side).",
            labels: ["method": method, "status": status.description]
        )
    }
}
