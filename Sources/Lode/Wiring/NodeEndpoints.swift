import BlockFormat
import ChainAdapter
import Configuration
import Cryptography
import System

/// The full nodes as configured, or the one that this user's node program would be.
enum NodeEndpoints {
    static func endpoints(_ configuration: PoolConfiguration) -> [NodeEndpoint] {
        let entries = configuration[Keys.nodes]
        guard entries.isEmpty else { return entries.map(endpoint) }
        let network = configuration[Keys.network]
        let home = ProcessEnvironment.variables["HOME"] ?? UserAccount.current?.homeFolder ?? "/"
        let local = NodeEntry(
            url: "http://127.0.0.1:\(network.defaultRPCPort)",
            cookieFile: "\(home)/\(network.nodeFolder)/.cookie"
        )
        return [endpoint(local)]
    }

    private static func endpoint(_ entry: NodeEntry) -> NodeEndpoint {
        let name = entry.url.split(separator: "//").last.map { String($0.prefix { $0 != "/" }) } ?? entry.url
        let authentication: NodeEndpoint.Authentication =
            entry.cookieFile.isEmpty
            ? .password(user: entry.user, Secret(entry.password)) : .cookie(path: entry.cookieFile)
        return NodeEndpoint(name: name, url: entry.url, authentication: authentication)
    }
}
