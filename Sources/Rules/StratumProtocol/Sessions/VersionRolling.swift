/// The bits of a header's version that a miner may choose (BIP 310).
package struct VersionRolling: Hashable, Sendable {
    /// Bits 13 to 28: those that nobody else uses (BIP 320).
    package static let poolMask: UInt32 = 0x1fff_e000
    /// A session that asked for none.
    package static let none = VersionRolling(mask: 0)

    package let mask: UInt32

    private init(mask: UInt32) {
        self.mask = mask
    }

    /// What the pool grants of what the miner asks for.
    ///
    /// - Returns: `nil` when the extension was not asked for, or leaves fewer bits than the miner needs.
    package init?(granting request: ConfigureRequest, within poolMask: UInt32 = poolMask) {
        let mask = request.versionMask & poolMask
        guard request.asksForVersionRolling, mask.nonzeroBitCount >= Int(request.versionBitCountMin), mask != 0 else {
            return nil
        }
        self.init(mask: mask)
    }

    /// The version of the header that the miner hashed.
    ///
    /// Bits outside the mask are hashed all the same by whoever chose them: the share is refused, and may be a block.
    ///
    /// - Parameters:
    ///   - job: The job's own version.
    ///   - bits: What the submit carries; without, the job's version was left as it is.
    /// - Returns: The header's, whole.
    package func version(job: UInt32, bits: UInt32?) -> UInt32 {
        bits.map { job & ~mask | $0 } ?? job
    }

    /// Whether the miner was granted all bits that it set.
    package func allows(_ bits: UInt32?) -> Bool { (bits ?? 0) & ~mask == 0 }
}
