package import Hashing
import JSON

/// A block as a node knows it, on its best chain or beside it.
package struct ChainHeader: Hashable, Sendable {
    package let hash: Hash256
    package let height: UInt32
    /// The block itself counted; `nil` when it is not on the node's best chain.
    package let confirmations: UInt32?
    /// `nil` for the first block.
    package let previousHash: Hash256?
    /// Seconds since 1970.
    package let time: UInt32

    /// Reads the result of `getblockheader`.
    init(_ json: JSON) throws(NodeError) {
        guard let hash = json["hash"]?.string.flatMap(Hash256.init(displayHex:)),
            let height = json["height"]?.uint32,
            let confirmations = json["confirmations"]?.int64, confirmations <= UInt32.max,
            let time = json["time"]?.uint32
        else { throw .malformed("getblockheader without hash, height, confirmations or time") }
        self.hash = hash
        self.height = height
        self.confirmations = confirmations > 0 ? UInt32(confirmations) : nil
        self.previousHash = json["previousblockhash"]?.string.flatMap(Hash256.init(displayHex:))
        self.time = time
    }
}
