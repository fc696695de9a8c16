package import JSON
import Synchronization

/// A real full node on a chain of its own, ready to hand out templates: with a wallet, one fresh block, and a second
/// node to which it is connected.
///
/// ```swift
/// let node = try await RegtestNode.start()
/// try await node.generate(101)                     // coins for the wallet
/// try await node.cut()                             // two chains from here on
/// try await node.peer.generate(3, to: address)
/// try await node.join()                            // the longer one wins
/// ```
/// Both processes die with the last reference to this object, and with the test's process.
package final class RegtestNode: Sendable {
    package static let walletName = "pool"

    /// What the pool talks to.
    package let main: RegtestDaemon
    /// The rest of the network, without a wallet.
    package let peer: RegtestDaemon
    private let isCut = Mutex(true)

    private init(main: RegtestDaemon, peer: RegtestDaemon) {
        self.main = main
        self.peer = peer
    }

    /// Mines `blocks` blocks; without at least one, no templates are given.
    ///
    /// With `isPeerDeaf` the peer hears of no transaction before it is in a block: what it mines is empty.
    package static func start(
        _ chain: RegtestChain = .litecoin,
        blocks: Int = 1,
        extraArguments: [String] = [],
        isPeerDeaf: Bool = false
    ) async throws -> RegtestNode {
        async let starting = RegtestDaemon.start(chain, extraArguments: extraArguments)
        let peer = try await RegtestDaemon.start(
            chain,
            extraArguments: ["-disablewallet"] + (isPeerDeaf ? ["-blocksonly=1"] : [])
        )
        let node = RegtestNode(main: try await starting, peer: peer)
        // The last word: load it again when the node is restarted.
        try await node.main.rpc("createwallet", [.string(walletName), false, false, "", false, nil, true])
        try await node.join()
        try await node.generate(blocks)
        return node
    }

    package func stop() async {
        async let peerStopped: Void = peer.stop()
        await main.stop()
        await peerStopped
    }

    @discardableResult
    package func rpc(_ method: String, _ parameters: JSON...) async throws -> JSON {
        try await main.rpc(method, parameters)
    }

    /// A new address of the node's wallet: `bech32`, `legacy`, `p2sh-segwit`, or `mweb` where the chain has it.
    package func newAddress(_ kind: String = "bech32") async throws -> String {
        let answer = try await main.rpc("getnewaddress", ["", .string(kind)], wallet: Self.walletName)
        guard let address = answer.string else {
            throw RegtestError.didNotHappen("a new address")
        }
        return address
    }

    /// Mines blocks to an address, by default one of the wallet's, and waits until the peer has them as well, unless
    /// the two are cut apart.
    ///
    /// On the way over the height where extension blocks begin it pegs coins in: the node can make no block of that
    /// height without any.
    @discardableResult
    package func generate(_ count: Int, to address: String? = nil) async throws -> [String] {
        let address = if let address { address } else { try await newAddress() }
        let next = Int(try await main.height()) + 1
        var hashes: [String] = []
        if let start = main.chain.mwebHeight.map(Int.init), next <= start, next + count > start {
            hashes = try await main.generate(start - next, to: address)
            try await main.rpc("sendtoaddress", [.string(newAddress("mweb")), 1], wallet: Self.walletName)
        }
        hashes += try await main.generate(count - hashes.count, to: address)
        if !isCut.withLock(\.self) { try await synchronise() }
        return hashes
    }

    /// Mines up to the chain's own height, so that the next template is for `height`.
    package func generate(untilNextIs height: UInt32, to address: String? = nil) async throws {
        let next = try await main.height() + 1
        guard next < height else { return }
        try await generate(Int(height - next), to: address)
    }

    /// Mines to one block before the extension blocks begin and pegs coins in, so that templates carry one.
    package func activateMWEB() async throws {
        guard let start = main.chain.mwebHeight else { return }
        try await generate(untilNextIs: start)
        try await generate(2)
    }

    /// Cuts the two apart: each goes on with a chain of its own until `join()`.
    ///
    /// Without a peer, Litecoin's node gives no templates.
    package func cut() async throws {
        isCut.withLock { $0 = true }
        try await rpc("setnetworkactive", false)
        try await peer.rpc("setnetworkactive", [false])
        try await Patience.wait(for: "the connection to end") {
            let counts = [try await main.connectionCount(), try await peer.connectionCount()]
            return counts == [0, 0]
        }
    }

    /// Connects the two and returns when both are on the same best block; two chains of equal length stay apart.
    package func join() async throws {
        try await rpc("setnetworkactive", true)
        try await peer.rpc("setnetworkactive", [true])
        try await rpc("addnode", .string("127.0.0.1:\(peer.peerPort)"), "onetry")
        try await Patience.wait(for: "the connection") { try await main.connectionCount() > 0 }
        try await synchronise()
        isCut.withLock { $0 = false }
    }

    /// Returns when both nodes are on the same best block.
    package func synchronise() async throws {
        try await Patience.wait(for: "the same best block on both nodes", atMost: .seconds(60)) {
            try await main.bestBlockHash() == peer.bestBlockHash()
        }
    }
}

extension RegtestDaemon {
    /// Blocks a call mines at most, so that none takes longer than a call may.
    private static let blocksPerCall = 50

    package func height() async throws -> UInt32 {
        guard let height = try await rpc("getblockcount").uint32 else {
            throw RegtestError.didNotHappen("getblockcount")
        }
        return height
    }

    /// Hex in display order.
    package func bestBlockHash() async throws -> String {
        try await rpc("getbestblockhash").string ?? ""
    }

    package func connectionCount() async throws -> UInt32 {
        try await rpc("getconnectioncount").uint32 ?? 0
    }

    /// Mines blocks on this node alone; their hashes in display order.
    @discardableResult
    package func generate(_ count: Int, to address: String) async throws -> [String] {
        var hashes: [String] = []
        while hashes.count < count {
            let part = min(Self.blocksPerCall, count - hashes.count)
            let answer = try await rpc("generatetoaddress", [JSON(part), .string(address)])
            hashes += (answer.array ?? []).compactMap(\.string)
        }
        return hashes
    }
}
