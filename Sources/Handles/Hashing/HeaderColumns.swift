/// What miners chose of their headers: entry i of each column belongs to share i.
package struct HeaderColumns: Sendable {
    /// Written big-endian into the coinbase, one after the other.
    package private(set) var extranonce1s: [UInt32] = []
    package private(set) var extranonce2s: [UInt32] = []
    /// The header's whole version.
    package private(set) var versions: [UInt32] = []
    /// Seconds since 1970.
    package private(set) var times: [UInt32] = []
    package private(set) var nonces: [UInt32] = []

    package var count: Int { nonces.count }

    /// Room for `capacity` shares before memory is asked for again.
    package init(capacity: Int) {
        extranonce1s.reserveCapacity(capacity)
        extranonce2s.reserveCapacity(capacity)
        versions.reserveCapacity(capacity)
        times.reserveCapacity(capacity)
        nonces.reserveCapacity(capacity)
    }

    package mutating func append(
        extranonce1: UInt32,
        extranonce2: UInt32,
        version: UInt32,
        time: UInt32,
        nonce: UInt32
    ) {
        extranonce1s.append(extranonce1)
        extranonce2s.append(extranonce2)
        versions.append(version)
        times.append(time)
        nonces.append(nonce)
    }
}

/// Headers that were rebuilt, in the order of their columns.
package struct HashedHeaders: Hashable, Sendable {
    /// 80 bytes each, one after the other.
    package let headers: [UInt8]
    /// SHA-256 twice of each.
    package let hashes: [Hash256]

    package static let none = HashedHeaders(headers: [], hashes: [])

    /// The 80 bytes of one.
    package func header(_ index: Int) -> [UInt8] {
        Array(headers[(index * ProofAlgorithm.headerByteCount)..<((index + 1) * ProofAlgorithm.headerByteCount)])
    }
}
