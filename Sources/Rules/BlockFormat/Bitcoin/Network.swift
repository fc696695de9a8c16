package import Hashing
package import MiningDomain

/// One chain of the Bitcoin family, as data: nothing else in this package knows which coin it serves.
package struct Network: Sendable {
    /// As configuration and logs call it, such as `litecoin-regtest`.
    package let name: String
    /// The coin's sign, for people, such as `LTC`.
    package let ticker: String
    /// What a header's hash must be to prove work; a block is always *named* by sha256d.
    package let algorithm: ProofAlgorithm
    /// The target of difficulty 1 on the scale that stratum miners of this algorithm use.
    package let differenceOne: Target
    /// The first byte of base58 addresses that pay to a public key's hash.
    package let publicKeyHashVersion: UInt8
    /// The first bytes of base58 addresses that pay to a script's hash; the first is the one to write.
    package let scriptHashVersions: [UInt8]
    /// The name before the `1` of bech32 addresses.
    package let bech32Name: String
    /// The same of addresses inside the extension block, where there is one.
    package let extensionBech32Name: String?
    /// Confirmations after which a coinbase may be spent: a rule of consensus.
    package let coinbaseMaturity: UInt32
    /// What `getblocktemplate` must be told that we understand.
    package let templateRules: [String]
    /// Where a node listens for JSON-RPC unless told otherwise.
    package let defaultRPCPort: UInt16
    /// Where its program keeps this chain's data, below the user's home folder.
    package let nodeFolder: String
    /// What `getblockchaininfo` calls this chain.
    package let chainName: String
    /// The block that the chain begins with: tells one chain from another for sure.
    package let genesisHash: Hash256
    /// Whether the network target follows the work that is done; where it does not, it stays at its easiest for ever.
    package let isRetargeting: Bool
    /// What nodes take for dust, in base units for 1,000 virtual bytes (`DUST_RELAY_TX_FEE` of `src/policy/policy.h`).
    package let dustRate: UInt64
    /// More than can ever exist: no reward can be larger.
    package let amountMax: Amount

    /// Digits after the point when an amount is written in coins.
    package static let amountDecimals = 8

    /// - Returns: `nil` for a name that is not in `all`.
    package static func named(_ name: String) -> Network? {
        all.first { $0.name == name }
    }

    package static let all: [Network] = [
        litecoin, litecoinTestnet, litecoinRegtest, bitcoin, bitcoinTestnet, bitcoinRegtest,
    ]
}

extension Network: Hashable, CustomStringConvertible {
    package static func == (left: Network, right: Network) -> Bool {
        left.name == right.name
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
    }

    package var description: String { name }
}
