package import Hashing

/// The number that a proof hash may not exceed.
package struct Target: Hashable, Sendable {
    package let value: UInt256

    package init(_ value: UInt256) {
        self.value = value
    }

    /// - Returns: `nil` unless there are exactly 32 bytes.
    package init?(bigEndian bytes: some Collection<UInt8>) {
        guard let value = UInt256(bigEndian: bytes) else { return nil }
        self.init(value)
    }

    /// Reads the compact form of a header's `bits` field.
    ///
    /// - Returns: `nil` for a negative number, for zero and for one past 256 bits, which no chain allows.
    package init?(bits: UInt32) {
        let exponent = Int(bits >> 24)
        let mantissa = UInt256(UInt128(bits & 0x007f_ffff))
        guard bits & 0x0080_0000 == 0 else { return nil }
        let value = mantissa << (8 * (exponent - 3))
        guard value != .zero, value >> (8 * (exponent - 3)) == mantissa || exponent < 3 else { return nil }
        self.init(value)
    }

    /// The target that `difficulty` stands for, rounded down; the largest number there is when it is easier than that.
    ///
    /// - Parameters:
    ///   - difficulty: How hard a hash within the target shall be to find.
    ///   - differenceOne: The target of difficulty 1 on the scale that `difficulty` uses.
    package init(difficulty: Difficulty, differenceOne: Target) {
        // differenceOne × scale may not fit: with differenceOne = q × scaled + r it is q × scale + r × scale ÷ scaled.
        let (quotient, remainder) = differenceOne.value
            .quotientAndRemainder(dividingBy: UInt256(UInt128(difficulty.scaled)))
        let (whole, overflow) = quotient.multipliedReportingOverflow(by: Difficulty.scale)
        let part = remainder.low * UInt128(Difficulty.scale) / UInt128(difficulty.scaled)
        let (sum, carry) = whole.addingReportingOverflow(UInt256(part))
        self.init(overflow || carry ? .max : sum)
    }

    package var bigEndianBytes: [UInt8] { value.bigEndianBytes }

    /// 64 lower-case hex digits, as a big-endian number.
    package var hex: String { Hex.string(bigEndianBytes) }

    /// Whether `hash`, read as a little-endian number, is within this target.
    package func isMet(by hash: Hash256) -> Bool {
        let words = hash.words
        return UInt256(
            high: UInt128(words.3) << 64 | UInt128(words.2),
            low: UInt128(words.1) << 64 | UInt128(words.0)
        ) <= value
    }

    /// How many hashes it takes on average to meet this target: 2^256 / (target + 1), rounded down.
    package var work: Work {
        let (successor, overflow) = value.addingReportingOverflow(UInt256(1))
        guard !overflow else { return Work(hashes: 1) }
        // 2^256 does not fit: (2^256 - successor) / successor + 1 is the same.
        let quotient = (~value).quotientAndRemainder(dividingBy: successor).quotient
        guard quotient.high == 0, quotient.low < .max else { return Work(hashes: .max) }
        return Work(hashes: quotient.low + 1)
    }
}
