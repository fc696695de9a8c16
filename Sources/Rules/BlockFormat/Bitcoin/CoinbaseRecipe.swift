package import MiningDomain

/// The transaction that pays for a block, but for the extranonce in its middle.
///
/// The two halves carry no witness, which is what txids and merkle roots are made of.
package struct CoinbaseRecipe: Hashable, Sendable {
    /// Bytes of extranonce1, which the pool gives, and of extranonce2, which is searched.
    package static let extranonce1ByteCount = 4
    package static let extranonce2ByteCount = 4
    /// Of the pool's mark, so that the script stays within consensus.
    package static let tagByteCountMax = 64
    /// Of a coinbase's signature script: a rule of consensus.
    package static let scriptByteCountRange = 2...100

    private static let extranonceByteCount = extranonce1ByteCount + extranonce2ByteCount

    /// Everything before the extranonce.
    package let part1: [UInt8]
    /// Everything after it.
    package let part2: [UInt8]

    /// - Parameters:
    ///   - height: Of the block to be.
    ///   - value: The whole reward, subsidy and fees.
    ///   - rewardScript: The script that the reward is locked to.
    ///   - witnessCommitment: The script of the commitment's output as the template gives it; `nil` without segwit.
    ///   - job: Stands in the script, so that no two jobs ever search the same space.
    ///   - tag: The pool's mark, at most 64 bytes.
    ///   - flags: What the node asks to put into the script, as `coinbaseaux` says.
    /// - Throws: What would make the block invalid.
    package init(
        height: UInt32,
        value: Amount,
        rewardScript: [UInt8],
        witnessCommitment: [UInt8]?,
        job: JobID,
        tag: [UInt8],
        flags: [UInt8] = []
    ) throws(CoinbaseError) {
        guard tag.count <= Self.tagByteCountMax else { throw .tagTooLong }
        guard !rewardScript.isEmpty else { throw .noRewardScript }
        // All in pushes: loose bytes would be counted as signature operations.
        let opening = ScriptNumber.push(height) + flags + Self.push(job.value.bigEndianBytes)
        let closing = tag.isEmpty ? [] : Self.push(tag)
        let scriptByteCount = opening.count + 1 + Self.extranonceByteCount + closing.count
        guard Self.scriptByteCountRange.contains(scriptByteCount) else { throw .scriptTooLong(scriptByteCount) }
        part1 =
            Self.version.littleEndianBytes
            + [1] + [UInt8](repeating: 0, count: 32) + [0xff, 0xff, 0xff, 0xff]  // one input, which spends nothing
            + CompactSize.bytes(scriptByteCount) + opening + [UInt8(Self.extranonceByteCount)]
        var outputs = Self.output(value, rewardScript)
        if let witnessCommitment { outputs += Self.output(.zero, witnessCommitment) }
        part2 =
            closing + [0xff, 0xff, 0xff, 0xff]  // the input's sequence
            + [witnessCommitment == nil ? 1 : 2] + outputs + [0, 0, 0, 0]  // no lock time
    }

    /// The transaction without witness, for its txid.
    package func transaction(extranonce1: UInt32, extranonce2: UInt32) -> [UInt8] {
        part1 + extranonce1.bigEndianBytes + extranonce2.bigEndianBytes + part2
    }

    private static let version: UInt32 = 2

    /// One byte of length is enough for everything that fits into the script.
    private static func push(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8(bytes.count)] + bytes
    }

    private static func output(_ value: Amount, _ script: [UInt8]) -> [UInt8] {
        value.units.littleEndianBytes + CompactSize.bytes(script.count) + script
    }
}

package enum CoinbaseError: Error, Hashable {
    case tagTooLong
    case noRewardScript
    /// With so many bytes it would break consensus.
    case scriptTooLong(Int)
}
