import BlockFormat
import Messages
import ServiceRuntime

/// What the endpoints share.
struct Desk: Sendable {
    let network: Network
    let membership: Membership
    let access: AccountAccess
    let jobs: JobsClient
    let ledger: LedgerClient
    let board: PoolBoard
    let batcher: ShareBatcher
    let hub: EventHub
    let offers: BinOffers
    /// By client id.
    let clients: RateLimiter<[UInt8]>
    let surroundings: Surroundings

    /// Refuses an account that the operator does not serve.
    func admit(_ account: String) throws(APIError) {
        guard access.allows(account) else { throw .accountDenied }
    }

    /// The client that the fields name, unless it asks too often or is not served.
    func client(_ fields: RequestFields) throws(APIError) -> Client {
        let client = try membership.client(fields)
        try clients.admit(client.clientID, called: "client")
        try admit(client.address)
        return client
    }

    /// Says what went wrong with another service, in the interface's words; a surprise goes into the log.
    func failure(_ error: RPCError, from what: String) -> APIError {
        let failure = APIError(error, from: what)
        if failure == .unexpected { surroundings.log.error("call failed", ["service": what, "reason": error]) }
        return failure
    }
}
