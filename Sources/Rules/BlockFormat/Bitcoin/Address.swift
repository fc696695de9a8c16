package import Cryptography

/// Where money can be sent on one network, checked and in its canonical text.
///
/// Two texts of one address make equal values: upper and lower case bech32, both base58 forms of Litecoin's script hashes.
package struct Address: Hashable, Sendable, CustomStringConvertible {
    /// No text of an address is longer, in bytes.
    package static let byteCountMax = Bech32.characterCountMax

    /// What an address pays to.
    package enum Payee: Hashable, Sendable {
        /// 20 bytes.
        case publicKeyHash([UInt8])
        /// 20 bytes.
        case scriptHash([UInt8])
        /// Version 0 (20 or 32 bytes) or 1 (32 bytes).
        case witnessProgram(version: UInt8, [UInt8])
    }

    package let network: Network
    package let payee: Payee
    /// The text to show and to keep: bech32 in lower case, script hashes under the network's first prefix.
    package let text: String

    /// - Throws: What is wrong with `text`, in words for the person who typed it.
    package init(parsing text: String, on network: Network) throws(AddressError) {
        self.init(try AddressParser(network: network).payee(of: text), on: network)
    }

    /// - Returns: `nil` for what is no address on `network`.
    package init?(_ text: String, on network: Network) {
        try? self.init(parsing: text, on: network)
    }

    package static func payToWitnessPublicKeyHash(_ key: PublicKey, on network: Network) -> Address {
        Address(.witnessProgram(version: 0, key.hash), on: network)
    }

    private init(_ payee: Payee, on network: Network) {
        self.network = network
        self.payee = payee
        text =
            switch payee {
            case .publicKeyHash(let hash): Base58.encodeChecked([network.publicKeyHashVersion] + hash)
            case .scriptHash(let hash): Base58.encodeChecked([network.scriptHashVersions[0]] + hash)
            case .witnessProgram(let version, let program):
                Bech32.encode(
                    Bech32.Content(
                        name: network.bech32Name,
                        digits: [version] + Bech32.digits(program),
                        variant: version == 0 ? .bech32 : .bech32m
                    )
                )
            }
    }

    package var description: String { text }

    /// The script that locks an output to this address.
    package var scriptPublicKey: [UInt8] {
        switch payee {
        case .publicKeyHash(let hash): [0x76, 0xa9, 0x14] + hash + [0x88, 0xac]
        case .scriptHash(let hash): [0xa9, 0x14] + hash + [0x87]
        case .witnessProgram(let version, let program):
            [version == 0 ? 0x00 : 0x50 + version, UInt8(program.count)] + program
        }
    }
}
