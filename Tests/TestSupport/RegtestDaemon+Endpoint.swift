package import BlockFormat
package import ChainAdapter
import Cryptography

extension RegtestDaemon {
    /// How the pool's own code reaches this node: by the cookie, as on one machine.
    package var endpoint: NodeEndpoint {
        NodeEndpoint(name: "node-\(rpcPort)", url: url, authentication: .cookie(path: cookiePath))
    }

    /// The same by user and password, as from another machine.
    package var passwordEndpoint: NodeEndpoint {
        NodeEndpoint(
            name: "node-\(rpcPort)",
            url: url,
            authentication: .password(user: Self.user, Secret(Self.password))
        )
    }

    package var network: Network {
        guard let network = Network.named(chain.networkName) else { preconditionFailure("\(chain) is no network") }
        return network
    }

    package var node: Node { Node(endpoint, network: network) }
}
