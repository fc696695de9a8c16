package import Hashing
import JSON
package import MiningDomain

/// A node's view of its best chain.
package struct ChainInformation: Hashable, Sendable {
    /// The chain as the node calls it: `main`, `test`, `regtest`.
    package let chain: String
    package let height: UInt32
    package let bestBlockHash: Hash256
    /// All work on the chain: of two chains, the one with more is the best.
    package let chainWork: UInt256
    /// It still downloads the chain and cannot tell what is on it.
    package let isSyncing: Bool

    package init(chain: String, height: UInt32, bestBlockHash: Hash256, chainWork: UInt256, isSyncing: Bool) {
        self.chain = chain
        self.height = height
        self.bestBlockHash = bestBlockHash
        self.chainWork = chainWork
        self.isSyncing = isSyncing
    }

    /// Reads the result of `getblockchaininfo`.
    init(_ json: JSON) throws(NodeError) {
        guard let chain = json["chain"]?.string, let height = json["blocks"]?.uint32,
            let hash = json["bestblockhash"]?.string.flatMap(Hash256.init(displayHex:)),
            let work = json["chainwork"]?.string.flatMap(Hex.bytes).flatMap({ UInt256(bigEndian: $0) }),
            let isSyncing = json["initialblockdownload"]?.bool
        else { throw .malformed("getblockchaininfo without chain, height, best hash or work") }
        self.init(chain: chain, height: height, bestBlockHash: hash, chainWork: work, isSyncing: isSyncing)
    }
}
