import HTTPServer
import JSON
import Messages
import ServiceRuntime

/// `POST /mystatus`: one client's work, and its account's money.
struct MyStatus: Sendable {
    private let desk: Desk

    init(_ desk: Desk) {
        self.desk = desk
    }

    @Sendable func answer(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        let client = try desk.client(try request.fields())
        async let speed = speed(of: client)
        let statement: MinerStatement
        do throws(RPCError) {
            statement = try await desk.ledger.getMiner(GetMinerRequest(address: client.address, worker: client.worker))
        } catch {
            throw desk.failure(error, from: "the ledger")
        }
        return OutgoingResponse(json: Self.page(client, statement, await speed))
    }

    /// Zeros for a client that has not asked for a bin lately, and while no job service answers.
    private func speed(of client: Client) async -> ClientSpeed {
        do throws(RPCError) {
            return try await desk.jobs.getClientSpeed(GetClientSpeedRequest(client: client))
        } catch {
            return ClientSpeed()
        }
    }

    private static func page(_ client: Client, _ statement: MinerStatement, _ speed: ClientSpeed) -> JSON {
        [
            "address": JSON(client.address),
            "worker": JSON(client.worker),
            "hashrate": JSON(speed.hashrate),
            "bin_size": JSON(speed.binSize),
            "shares": JSON(shares: statement),
            "balance": JSON(balance: statement),
            "payouts": .array(
                statement.payouts.map { payout in
                    [
                        "txid": JSON(payout.txid), "amount": JSON(payout.amount), "state": JSON(payout.state),
                        "time": JSON(payout.createdAtMs / 1_000),
                    ]
                }
            ),
        ]
    }
}
