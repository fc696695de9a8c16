package import Hashing
package import MiningDomain

/// What a transaction does, read from its own bytes, with or without witness (BIP 144), without asking a node.
package struct RawTransaction: Hashable, Sendable {
    package struct Input: Hashable, Sendable {
        package let transaction: Hash256
        package let output: UInt32
    }

    package struct Output: Hashable, Sendable {
        package let amount: Amount
        package let scriptPublicKey: [UInt8]

        package init(amount: Amount, scriptPublicKey: [UInt8]) {
            self.amount = amount
            self.scriptPublicKey = scriptPublicKey
        }
    }

    private static let versionByteCount = 4
    private static let sequenceByteCount = 4
    private static let lockTimeByteCount = 4

    /// Without witness: what it is known by.
    package let identifier: Hash256
    package let inputs: [Input]
    package let outputs: [Output]

    /// - Returns: `nil` for what is no transaction with an input, has bytes left over, or brings something besides witnesses.
    package init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        guard rest.skip(Self.versionByteCount) else { return nil }
        // No input where their number is expected, and a flag behind it: witnesses follow.
        let hasWitness = rest.starts(with: [0, 1])
        if hasWitness { _ = rest.skip(2) }
        let start = rest.startIndex
        guard let inputs = Self.inputs(&rest), let outputs = Self.outputs(&rest) else { return nil }
        let end = rest.startIndex
        if hasWitness {
            for _ in inputs { guard Self.skipWitness(&rest) else { return nil } }
        }
        guard rest.count == Self.lockTimeByteCount else { return nil }
        let stripped = Array(bytes.prefix(Self.versionByteCount)) + bytes[start..<end] + rest
        identifier = .sha256d(of: stripped)
        (self.inputs, self.outputs) = (inputs, outputs)
    }

    /// The one that a PSBT asks to sign (BIP 174, version 0).
    ///
    /// - Returns: `nil` for what is no PSBT, or says it only piece by piece.
    package init?(psbt: [UInt8]) {
        var rest = psbt[...]
        guard rest.starts(with: Self.psbtMagic), rest.skip(Self.psbtMagic.count) else { return nil }
        // The first map's entries, until an empty key ends it; that of the transaction is a single 0.
        while let keyByteCount = rest.compactSize(), keyByteCount > 0 {
            let isTransaction = keyByteCount == 1 && rest.first == 0
            guard rest.skip(keyByteCount), let byteCount = rest.compactSize() else { return nil }
            let value = rest.prefix(Int(clamping: byteCount))
            guard rest.skip(byteCount) else { return nil }
            if isTransaction {
                self.init(Array(value))
                return
            }
        }
        return nil
    }

    private static let psbtMagic: [UInt8] = Array("psbt".utf8) + [0xff]

    private static func inputs(_ rest: inout ArraySlice<UInt8>) -> [Input]? {
        guard let count = rest.compactSize(), count > 0 else { return nil }
        var inputs: [Input] = []
        for _ in 0..<count {
            guard let transaction = Hash256(rest.prefix(Hash256.byteCount)), rest.skip(Hash256.byteCount),
                let output = rest.littleEndian(byteCount: 4), let script = rest.compactSize(), rest.skip(script),
                rest.skip(sequenceByteCount)
            else { return nil }
            inputs.append(Input(transaction: transaction, output: UInt32(output)))
        }
        return inputs
    }

    private static func outputs(_ rest: inout ArraySlice<UInt8>) -> [Output]? {
        guard let count = rest.compactSize() else { return nil }
        var outputs: [Output] = []
        for _ in 0..<count {
            guard let amount = rest.littleEndian(byteCount: 8), let byteCount = rest.compactSize() else { return nil }
            let script = Array(rest.prefix(Int(clamping: byteCount)))
            guard rest.skip(byteCount) else { return nil }
            outputs.append(Output(amount: Amount(units: amount), scriptPublicKey: script))
        }
        return outputs
    }

    private static func skipWitness(_ rest: inout ArraySlice<UInt8>) -> Bool {
        guard let count = rest.compactSize() else { return false }
        for _ in 0..<count {
            guard let byteCount = rest.compactSize(), rest.skip(byteCount) else { return false }
        }
        return true
    }
}
