/// Why a text is no address on the network asked for.
package enum AddressError: Error, Hashable, CustomStringConvertible {
    /// Neither base58 nor bech32, or too long for an address.
    case malformed
    /// Bech32 in upper and lower case together.
    case mixedCase
    /// A character is wrong, missing or too many.
    case badChecksum
    /// Good, but on these networks and not on the one asked for.
    case otherNetwork([String])
    /// A good checksum under a first byte that no known network uses.
    case unknownVersion(UInt8)
    /// A good checksum under a name that no known network uses.
    case unknownName(String)
    /// A witness version that has no meaning yet: who could spend from there is not known.
    case unknownWitnessVersion(UInt8)
    /// Not as long as an address of its kind is.
    case wrongLength
    /// Bech32 where its witness version asks for bech32m, or the other way round.
    case wrongVariant
    /// An address of Litecoin's extension block, which a pool's payouts do not reach.
    case extensionBlock

    package var description: String {
        switch self {
        case .malformed: "this is not an address"
        case .mixedCase: "the address mixes upper and lower case"
        case .badChecksum: "the address has a typing error: its checksum does not match"
        case .otherNetwork(let names): "the address belongs to another network: \(names.joined(separator: ", "))"
        case .unknownVersion(let version): "the address has a version that no network here uses: \(version)"
        case .unknownName(let name): "the address belongs to a network that is not known here: \(name)"
        case .unknownWitnessVersion(let version): "the address has an unknown witness version: \(version)"
        case .wrongLength: "the address has the wrong length"
        case .wrongVariant: "the address has the checksum of another witness version"
        case .extensionBlock: "the address is one of the MWEB extension block: give one of the main chain"
        }
    }
}
