import BlockFormat
import HTTPServer
import Hashing
import JSON
import ServiceRuntime

/// `GET /`: where a stranger starts.
struct Welcome: Sendable {
    private let encoded: [UInt8]

    init(_ desk: Desk) {
        let page: JSON = [
            "name": "Lode mining pool",
            "network": JSON(desk.network.name),
            "algorithm": JSON(desk.network.algorithm.rawValue),
            "start": "POST /newclient with your public_key or address, then GET /getblock and POST /getbin",
            "interface": [
                "GET /getblock": "the current job",
                "POST /newclient": "an id for a public_key or an address",
                "POST /getbin": "a part of the job's search space for you alone",
                "POST /reduce_diff_hash": "the proofs that you found",
                "GET /status": "the pool and its blocks",
                "POST /mystatus": "your work and your money",
                "GET /api/blocks/{hash}/proof/{address}": "what was counted and credited for a block, with its proof",
                "GET /api/pool":
                    "the pool in a few numbers; /api/pool/history, /api/round, /api/blocks, /api/finders, /api/payouts",
                "GET /api/accounts/{address}": "an account; its /history, /payouts and /statement.csv",
                "GET /events": "new jobs, blocks and bins as server-sent events",
            ],
            "documentation": "docs/protocol.md",
        ]
        encoded = page.encoded()
    }

    @Sendable func answer(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        OutgoingResponse(encodedJSON: encoded)
    }
}
