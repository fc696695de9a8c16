package import Cryptography

/// Where a full node's JSON-RPC is and how to be let in.
package struct NodeEndpoint: Sendable {
    package enum Authentication: Sendable {
        case password(user: String, Secret<String>)
        /// The file that the node writes anew at each start; `user:password` in one line.
        case cookie(path: String)
    }

    /// As logs and metrics call it.
    package let name: String
    /// `http://host:port/` or `https://…`.
    package let url: String
    package let authentication: Authentication

    package init(name: String, url: String, authentication: Authentication) {
        self.name = name
        self.url = url.hasSuffix("/") ? url : url + "/"
        self.authentication = authentication
    }
}
