import HTTPServer
import System

/// Where a request comes from.
enum ClientAddress {
    /// Entries of `X-Forwarded-For` that are looked at, from the last.
    private static let hopCountMax = 10

    /// The peer, or, if that is a trusted proxy, whom the last untrusted hop was seen as.
    ///
    /// Everything before that hop was written by strangers.
    static func address(of request: IncomingRequest, trustedProxies: Set<RemoteAddress>) -> RemoteAddress {
        guard trustedProxies.contains(request.peer), let forwarded = request.headers["x-forwarded-for"] else {
            return request.peer
        }
        var client = request.peer
        for hop in forwarded.split(separator: ",").reversed().prefix(hopCountMax) {
            guard let address = RemoteAddress(String(hop.filter { $0 != " " && $0 != "\t" })) else { break }
            client = address
            guard trustedProxies.contains(address) else { break }
        }
        return client
    }
}
