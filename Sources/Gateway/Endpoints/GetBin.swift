import HTTPServer
import JSON
import Messages
import ServiceRuntime

/// `POST /getbin`: a slice of the job for this client alone.
struct GetBin: Sendable {
    /// More than all miners of a chain together.
    static let hashrateMax: UInt64 = 1_000_000_000_000_000_000

    private let desk: Desk

    init(_ desk: Desk) {
        self.desk = desk
    }

    @Sendable func answer(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        let fields = try request.fields()
        let client = try desk.client(fields)
        let hashrate = try Self.hashrate(fields)
        let offer = try await lease(client, hashrate)
        guard let bin = JSON(offer) else { throw .unexpected }
        desk.offers.gave(offer, to: client)
        return OutgoingResponse(json: bin)
    }

    /// 0 when none is given.
    static func hashrate(_ fields: RequestFields) throws(APIError) -> UInt64 {
        try fields.quantity(
            "hashrate",
            "hashes per second as a number from 0 to \(hashrateMax), or leave it out",
            max: hashrateMax
        ) ?? 0
    }

    private func lease(_ client: Client, _ hashrate: UInt64) async throws(APIError) -> BinOffer {
        do throws(RPCError) {
            return try await desk.jobs.leaseBin(LeaseBinRequest(client: client, hashrate: hashrate))
        } catch {
            if error.code == .unavailable, desk.board.job == nil { throw .noJob }
            throw desk.failure(error, from: "the job service")
        }
    }
}
