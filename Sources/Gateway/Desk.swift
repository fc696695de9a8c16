import BlockFormat
import Messages
import ServiceRuntime

/// What the endpoints share.
struct Desk: Sendable {
    let network: Network
    let membership: Membership
    let jobs: JobsClient
    let ledger: LedgerClient
    let board: PoolBoard
    let batcher: ShareBatcher
    let hub: EventHub
    let offers: BinOffers
    /// By client id.
    let clients: RateLimiter<[UInt8]>
    let surroundings: Surroundings

    /// The client that the fields name, unless it asks too often.
    func client(_ fields: RequestFields) throws(APIError) -> Client {
        let client = try membership.client(fields)
        try clients.admit(client.clientID, called: "client")
        return client
    }

    /// Says what went wrong with another service, in the interface's words; a surprise goes into the log.
    func failure(_ error: RPCError, from what: String) -> APIError {
        let failure = APIError(error, from: what)
        if failure == .unexpected { surroundings.log.error("call failed", ["service": what, "reason": error]) }
        return failure
    }
}
