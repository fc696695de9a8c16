package import HTTPServer
import JSON

/// What one service shows operators beside the pages that all have.
package protocol AdminPages: Sendable {
    /// The path, for the list of what is here.
    var name: String { get }
    /// - Returns: `nil` for a request that is about something else.
    func answer(_ request: IncomingRequest) async -> OutgoingResponse?
}

/// Tells operators and their machines how this process does: `/healthz`, `/readyz` and `/metrics`.
///
/// On an address of its own, which the internet need not see.
package final class AdminServer: Service {
    package let name = "admin"
    private let server: HTTPServer

    /// The real one, when port 0 was asked for.
    package var port: UInt16 { server.port }

    /// Listens at once.
    ///
    /// - Parameters:
    ///   - host: An address of this machine.
    ///   - port: 0 lets the kernel choose.
    ///   - names: By which it may be called, beside `localhost` and every IP address.
    ///   - pages: What services add to the pages of every process.
    ///   - surroundings: What the pages tell of.
    /// - Throws: `HTTPServerError`, such as for a busy port.
    package init(
        listening host: String,
        port: UInt16,
        names: [String] = [],
        pages: [any AdminPages] = [],
        surroundings: Surroundings
    ) throws(HTTPServerError) {
        let desk = AdminDesk(
            names: HostNames(names),
            metrics: surroundings.metrics,
            health: surroundings.health,
            pages: pages
        )
        server = try HTTPServer(listening: host, port: port, limits: Self.limits) { await desk.answer($0) }
    }

    package func run() async throws {
        try await server.run()
    }

    /// What an operator may hand in: a transaction of many coins that somebody has signed.
    package static let bodyByteCountMax = 4 << 20

    /// A few probes and scrapers.
    private static let limits: HTTPLimits = {
        var limits = HTTPLimits()
        limits.connectionCountMax = 128
        limits.connectionCountPerAddressMax = 64
        limits.bodyByteCountMax = bodyByteCountMax
        limits.bodyByteCountInAllMax = 2 * bodyByteCountMax
        limits.requestsInFlightMax = 64
        return limits
    }()
}

struct AdminDesk: Sendable {
    let names: HostNames
    let metrics: Metrics
    let health: Health
    let pages: [any AdminPages]

    func answer(_ request: IncomingRequest) async -> OutgoingResponse {
        guard names.contains(request.headers["host"]) else { return misdirected(request.headers["host"] ?? "") }
        for page in pages {
            if let answer = await page.answer(request) { return answer }
        }
        guard request.method == "GET" || request.method == "HEAD" else {
            return OutgoingResponse(status: 405, headers: [("Allow", "GET, HEAD")], text: "only GET is answered here\n")
        }
        switch request.path {
        case "/healthz": return OutgoingResponse(status: 200, text: "alive\n")
        case "/readyz": return readiness
        case "/metrics": return exposition
        case _:
            let names = (pages.map(\.name) + ["/healthz", "/readyz"]).joined(separator: ", ")
            return OutgoingResponse(status: 404, text: "here are \(names) and /metrics\n")
        }
    }

    private func misdirected(_ host: String) -> OutgoingResponse {
        let reason =
            "Host is \"\(host.prefix(100))\": call this address by its number, localhost, or a name in admin.names"
        return OutgoingResponse(status: 421, json: ["error": JSON(reason)])
    }

    private var readiness: OutgoingResponse {
        let missing = health.missing
        guard !missing.isEmpty else { return OutgoingResponse(status: 200, text: "ready\n") }
        let lines = missing.map { "\($0.condition): \($0.reason)\n" }
        return OutgoingResponse(status: 503, text: lines.joined())
    }

    private var exposition: OutgoingResponse {
        OutgoingResponse(
            status: 200,
            headers: [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")],
            body: .bytes(Array(metrics.exposition.utf8))
        )
    }
}
