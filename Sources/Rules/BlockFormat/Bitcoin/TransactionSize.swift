package import MiningDomain

/// How large a transaction will be once it is signed, in virtual bytes (BIP 141: a quarter of the weight), and which of
/// its outputs nodes take for dust.
package enum TransactionSize {
    /// Version, lock time, the counts of up to 252 inputs and outputs, and the mark of segregated witness, rounded up.
    package static let overhead: UInt64 = 11
    /// The most inputs and outputs that the overhead holds for.
    package static let countMax = 252

    /// One input that spends an output with this script, signed by one key; never too small.
    ///
    /// - Returns: `nil` for a script whose signature is of unknown size.
    package static func input(spending script: [UInt8]) -> UInt64? {
        switch (script.count, script.first) {
        case (22, 0x00): 68  // to a public key's hash, by witness: 41 bytes and a quarter of 108
        case (34, 0x51): 58  // taproot, by its key: 41 bytes and a quarter of 66
        case (25, 0x76): 149  // to a public key's hash
        case (23, 0xa9): 91  // to a script's hash: the wallet's are the first kind, wrapped
        case _: nil
        }
    }

    package static func output(_ script: [UInt8]) -> UInt64 {
        8 + 1 + UInt64(script.count)  // amount, length below 253, script
    }

    /// What an output must carry at least: a node that relays at `rate`, base units for 1,000 virtual bytes, refuses one
    /// whose spending would cost more than it (Bitcoin Core's `GetDustThreshold`).
    package static func dustLimit(of script: [UInt8], rate: UInt64) -> Amount {
        let isWitness =
            script.count >= 4 && script.count <= 42 && Int(script[1]) == script.count - 2
            && (script[0] == 0 || (0x51...0x60).contains(script[0]))
        let spending: UInt64 = isWitness ? 67 : 148
        return Amount(units: (output(script) + spending) * rate / 1_000)
    }
}
