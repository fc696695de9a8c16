import HTTPServer
import System

/// One request, with who sent it.
struct MinerRequest: Sendable {
    let http: IncomingRequest
    /// The client's own, also when a trusted proxy stands before it.
    let address: RemoteAddress
    /// What stood in the path where its route has `{name}`.
    var parameters: [String: String] = [:]

    init(_ http: IncomingRequest, trustedProxies: Set<RemoteAddress>) {
        self.http = http
        address = ClientAddress.address(of: http, trustedProxies: trustedProxies)
    }

    /// The body's fields; its Content-Type is not looked at, because every body here is JSON.
    func fields() throws(APIError) -> RequestFields {
        let encoding = http.headers["content-encoding"] ?? "identity"
        guard encoding == "identity" else { throw .encodedBody }
        return try RequestFields(parsing: http.body)
    }
}
