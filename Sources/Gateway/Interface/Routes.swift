import HTTPServer

/// One path of the interface.
struct Route: Sendable {
    typealias Endpoint = @Sendable (MinerRequest) async throws(APIError) -> OutgoingResponse

    let method: String
    /// The name on the page first, then what clients of older pages call it; `{name}` stands for one part.
    let paths: [String]
    let endpoint: Endpoint

    init(_ method: String, _ paths: String..., endpoint: @escaping Endpoint) {
        self.method = method
        self.paths = paths
        self.endpoint = endpoint
    }
}

extension Gateway {
    /// The whole interface, in one place.
    static func routes(_ desk: Desk) -> [Route] {
        let figures = FigureDesk(desk)
        let (pool, accounts) = (PoolPages(figures), AccountPages(figures))
        return [
            Route("GET", "/", endpoint: Welcome(desk).answer),
            Route("GET", "/getblock", endpoint: GetBlock(desk).answer),
            Route("POST", "/newclient", endpoint: NewClient(desk).answer),
            Route("POST", "/getbin", endpoint: GetBin(desk).answer),
            Route("POST", "/reduce_diff_hash", "/reduce_difficulty_hash", endpoint: ReduceDifficultyHash(desk).answer),
            Route("GET", "/status", endpoint: Status(desk).answer),
            Route("POST", "/mystatus", "/my_status", endpoint: MyStatus(desk).answer),
            Route("GET", "/events", endpoint: Events(desk).answer),
            Route("GET", "/api/blocks/{hash}/proof/{address}", endpoint: GetProof(desk).answer),
            Route("GET", "/api/pool", endpoint: pool.pool),
            Route("GET", "/api/pool/history", endpoint: pool.history),
            Route("GET", "/api/round", endpoint: pool.round),
            Route("GET", "/api/blocks", endpoint: pool.blocks),
            Route("GET", "/api/blocks/{hash}/shares", endpoint: pool.shares),
            Route("GET", "/api/finders", endpoint: pool.finders),
            Route("GET", "/api/payouts", endpoint: accounts.payouts),
            Route("GET", "/api/accounts/{address}", endpoint: accounts.account),
            Route("GET", "/api/accounts/{address}/history", endpoint: accounts.history),
            Route("GET", "/api/accounts/{address}/payouts", endpoint: accounts.payouts),
            Route("GET", "/api/accounts/{address}/statement.csv", endpoint: accounts.statement),
        ]
    }
}
