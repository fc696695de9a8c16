package import BlockFormat
import Hashing
import JSON
import Synchronization

/// The wallet of one node, which payouts are made from.
///
/// One node and no list: two wallets of the same keys would fund two payouts from one coin.
package final class Wallet: Sendable {
    /// How long one call may take; signing many inputs takes a node a while.
    package static let timeout = Duration.seconds(60)
    /// As consensus has it; a payout is far smaller.
    static let transactionByteCountMax = 4_000_000

    package let name: String
    package let network: Network
    /// Whether it has no keys, and knows coins and addresses only to watch them.
    package let isWatchOnly: Bool
    private let node: Node
    private let connection: JSONRPCConnection
    private let nodeConnection: JSONRPCConnection
    private let isOpen = Mutex(false)

    /// The wallet of that name in `listwallets`; the empty name is the node's default wallet.
    package init(_ endpoint: NodeEndpoint, name: String, network: Network, isWatchOnly: Bool = false) {
        self.isWatchOnly = isWatchOnly
        self.name = name
        self.network = network
        node = Node(endpoint, network: network)
        connection = JSONRPCConnection(endpoint, path: name.isEmpty ? "" : "wallet/\(name.percentEncoded)")
        nodeConnection = JSONRPCConnection(endpoint)
    }

    /// Calls a method of the wallet, having made sure that the node runs our chain and has the wallet loaded.
    func call(_ method: String, _ parameters: [JSON] = []) async throws(NodeError) -> JSON {
        do {
            return try await attempt(method, parameters)
        } catch .refused(RPCCode.walletNotFound, _) {
            // The node was restarted since: load it again.
            return try await attempt(method, parameters)
        }
    }

    private func attempt(_ method: String, _ parameters: [JSON]) async throws(NodeError) -> JSON {
        try await open()
        do {
            return try await connection.call(method, parameters, timeout: Self.timeout)
        } catch {
            switch error {
            case .unreachable, .refused(RPCCode.walletNotFound, _): isOpen.withLock { $0 = false }
            case .noAnswer, .wrongCredentials, .forbidden, .notReady, .wrongChain, .refused, .malformed, .cancelled:
                break
            }
            throw error
        }
    }

    /// Loads the wallet after a restart of the node; a wallet that is not there is the operator's to make.
    private func open() async throws(NodeError) {
        guard !isOpen.withLock(\.self) else { return }
        _ = try await node.bestBlockHash()
        let loaded = try await nodeConnection.call("listwallets", timeout: Self.timeout).array ?? []
        if !loaded.contains(.string(name)) {
            do {
                _ = try await nodeConnection.call("loadwallet", [.string(name)], timeout: Self.timeout)
            } catch {
                guard case .refused(let code, let message) = error else { throw error }
                throw .refused(
                    code: code,
                    message:
                        "the wallet \(name.debugDescription) cannot be loaded: \(message) Make it with createwallet."
                )
            }
        }
        isOpen.withLock { $0 = true }
    }
}

extension String {
    /// As a part of a URL's path.
    fileprivate var percentEncoded: String {
        utf8.map { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                String(UnicodeScalar(byte))
            case _: "%" + Hex.string([byte])
            }
        }.joined()
    }
}
