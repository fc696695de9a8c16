import BlockFormat
package import Hashing
import JSON

/// Who is paid for what a miner finds.
package enum MinerAccount: Hashable, Sendable {
    /// A compressed secp256k1 key, 66 lower-case hex digits: payouts go to its P2WPKH address.
    case publicKey(String)
    /// An address of the pool's network.
    case address(String)

    static let publicKeyByteCount = 33
    static let addressByteCountMax = 128

    /// - Returns: `nil` unless `text` is 33 bytes in hex that begin as a compressed key does; the pool checks the rest.
    package init?(publicKey text: String) {
        guard let bytes = Hex.bytes(text), bytes.count == Self.publicKeyByteCount, [2, 3].contains(bytes[0]) else {
            return nil
        }
        self = .publicKey(Hex.string(bytes))
    }

    /// - Returns: `nil` for what cannot be an address on any network; the pool checks the rest.
    package init?(address text: String) {
        guard (1...Self.addressByteCountMax).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return nil }
        self = .address(text)
    }

    /// As the page's requests name it.
    var field: (key: String, value: String) {
        switch self {
        case .publicKey(let text): ("public_key", text)
        case .address(let text): ("address", text)
        }
    }

    /// What the networks that an address may belong to prove work with.
    ///
    /// - Returns: `nil` for a key, which belongs to none, for what is no address, and where the networks differ.
    package var algorithm: ProofAlgorithm? {
        guard case .address(let text) = self else { return nil }
        let algorithms = Set(Network.all.filter { Address(text, on: $0) != nil }.map(\.algorithm))
        return algorithms.count == 1 ? algorithms.first : nil
    }
}
