import HTTPServer
import ServiceRuntime
import System

/// Finds the endpoint of a request, and words every refusal.
struct Router: Sendable {
    private struct Entry: Sendable {
        let route: Route
        let metrics: RouteMetrics
    }

    /// By their whole path.
    private let entries: [String: Entry]
    private let patterns: [(pattern: PathPattern, entry: Entry)]
    private let addresses: RateLimiter<RemoteAddress>
    private let trustedProxies: Set<RemoteAddress>
    private let surroundings: Surroundings
    private let refusals: RouteMetrics

    init(
        _ routes: [Route],
        addresses: RateLimiter<RemoteAddress>,
        trustedProxies: Set<RemoteAddress>,
        surroundings: Surroundings
    ) {
        var entries: [String: Entry] = [:]
        var patterns: [(pattern: PathPattern, entry: Entry)] = []
        for route in routes {
            let entry = Entry(route: route, metrics: RouteMetrics(route.paths[0], surroundings.metrics))
            for path in route.paths {
                if let pattern = PathPattern(path) {
                    patterns.append((pattern, entry))
                } else {
                    entries[path] = entry
                }
            }
        }
        self.entries = entries
        self.patterns = patterns
        self.addresses = addresses
        self.trustedProxies = trustedProxies
        self.surroundings = surroundings
        refusals = RouteMetrics("none", surroundings.metrics)
    }

    func answer(_ request: IncomingRequest) async -> OutgoingResponse {
        let start = ContinuousClock.now
        let (entry, parameters) = entry(of: request.path)
        let response = await response(to: request, entry?.route, parameters)
        (entry?.metrics ?? refusals).record(status: response.status, took: .now - start)
        return response
    }

    private func entry(of path: String) -> (Entry?, parameters: [String: String]) {
        if let entry = entries[path] { return (entry, [:]) }
        for (pattern, entry) in patterns {
            if let parameters = pattern.parameters(in: path) { return (entry, parameters) }
        }
        return (nil, [:])
    }

    private func response(
        to request: IncomingRequest,
        _ route: Route?,
        _ parameters: [String: String]
    ) async -> OutgoingResponse {
        do throws(APIError) {
            var request = MinerRequest(request, trustedProxies: trustedProxies)
            request.parameters = parameters
            try addresses.admit(request.address.network, called: "address")
            guard let route else { throw .unknownPath(request.http.path) }
            // A HEAD is a GET whose body the server leaves out.
            guard request.http.method == route.method || (request.http.method == "HEAD" && route.method == "GET") else {
                throw .wrongMethod(request.http.method, allow: route.method == "GET" ? "GET, HEAD" : route.method)
            }
            return try await route.endpoint(request)
        } catch {
            if error.status >= 500 {
                surroundings.log.debug("request failed", ["path": request.path.prefix(100), "code": error.code])
            }
            return error.response
        }
    }

    /// What the server refuses before it is a request.
    static func response(to refusal: HTTPRefusal) -> OutgoingResponse {
        switch refusal {
        case .malformed: APIError.malformedRequest.response
        case .bodyTooLarge(let byteCountMax): APIError.bodyTooLarge(byteCountMax: byteCountMax).response
        case .headerTooLarge(let byteCountMax): APIError.headersTooLarge(byteCountMax: byteCountMax).response
        case .busy: APIError.overloaded.response
        }
    }
}

/// What is counted of one path.
struct RouteMetrics: Sendable {
    private let good: Counter
    private let refused: Counter
    private let failed: Counter
    private let seconds: Histogram

    init(_ path: String, _ metrics: Metrics) {
        func counter(_ outcome: String) -> Counter {
            metrics.counter(
                "lode_gateway_requests_total",
                help: "Requests answered: good (2xx), refused (4xx), failed (5xx).",
                labels: ["path": path, "outcome": outcome]
            )
        }
        good = counter("good")
        refused = counter("refused")
        failed = counter("failed")
        seconds = metrics.histogram(
            "lode_gateway_request_seconds",
            help: "From a whole request to its answer.",
            labels: ["path": path]
        )
    }

    func record(status: Int, took duration: Duration) {
        switch status {
        case ..<400: good.increment()
        case ..<500: refused.increment()
        case _: failed.increment()
        }
        seconds.observe(duration)
    }
}
