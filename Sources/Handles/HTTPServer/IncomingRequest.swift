package import System

/// One whole request.
package struct IncomingRequest: Sendable {
    /// In capitals, as sent.
    package let method: String
    /// Without the query, percent-decoded; begins with `/`.
    package let path: String
    /// By name, percent-decoded; the first of a repeated name counts.
    package let query: [String: String]
    /// By lower-case name; values of a repeated header are joined by a comma and a space.
    package let headers: [String: String]
    package let body: [UInt8]
    /// The other end of the connection: the client, or a proxy before it.
    package let peer: RemoteAddress

    package init(
        method: String,
        path: String,
        query: [String: String] = [:],
        headers: [String: String] = [:],
        body: [UInt8] = [],
        peer: RemoteAddress
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
    }
}
