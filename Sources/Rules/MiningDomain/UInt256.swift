/// A 256-bit number: what targets and hashes are when they are compared.
package struct UInt256: Hashable, Sendable {
    package static let zero = UInt256(high: 0, low: 0)
    package static let max = UInt256(high: .max, low: .max)
    package static let byteCount = 32

    let high: UInt128
    let low: UInt128

    package init(high: UInt128, low: UInt128) {
        self.high = high
        self.low = low
    }

    package init(_ value: UInt128) {
        self.init(high: 0, low: value)
    }

    /// - Returns: `nil` unless there are exactly 32 bytes.
    package init?(bigEndian bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        func number(_ part: some Sequence<UInt8>) -> UInt128 { part.reduce(0) { $0 << 8 | UInt128($1) } }
        self.init(high: number(bytes.prefix(16)), low: number(bytes.suffix(16)))
    }

    package var bigEndianBytes: [UInt8] {
        [high, low].flatMap { half in (0..<16).map { UInt8(truncatingIfNeeded: half >> (8 * (15 - $0))) } }
    }
}

extension UInt256: Comparable {
    package static func < (left: UInt256, right: UInt256) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension UInt256 {
    package var leadingZeroBitCount: Int {
        high == 0 ? 128 + low.leadingZeroBitCount : high.leadingZeroBitCount
    }

    package static prefix func ~ (value: UInt256) -> UInt256 {
        UInt256(high: ~value.high, low: ~value.low)
    }

    package static func << (value: UInt256, count: Int) -> UInt256 {
        switch count {
        case ..<0: value >> -count
        case 0: value
        case 1..<128: UInt256(high: value.high << count | value.low >> (128 - count), low: value.low << count)
        case 128..<256: UInt256(high: value.low << (count - 128), low: 0)
        case _: .zero
        }
    }

    package static func >> (value: UInt256, count: Int) -> UInt256 {
        switch count {
        case ..<0: value << -count
        case 0: value
        case 1..<128: UInt256(high: value.high >> count, low: value.low >> count | value.high << (128 - count))
        case 128..<256: UInt256(high: 0, low: value.high >> (count - 128))
        case _: .zero
        }
    }

    package func addingReportingOverflow(_ other: UInt256) -> (partialValue: UInt256, overflow: Bool) {
        let (low, carry) = self.low.addingReportingOverflow(other.low)
        let (sum, overflow) = high.addingReportingOverflow(other.high)
        let (high, carryOverflow) = sum.addingReportingOverflow(carry ? 1 : 0)
        return (UInt256(high: high, low: low), overflow || carryOverflow)
    }

    /// - Precondition: `other` is not the larger.
    package func subtracting(_ other: UInt256) -> UInt256 {
        precondition(other <= self)
        let (low, borrow) = self.low.subtractingReportingOverflow(other.low)
        return UInt256(high: high - other.high - (borrow ? 1 : 0), low: low)
    }

    package func multipliedReportingOverflow(by factor: UInt64) -> (partialValue: UInt256, overflow: Bool) {
        let lower = low.multipliedFullWidth(by: UInt128(factor))
        let (middle, overflow) = high.multipliedReportingOverflow(by: UInt128(factor))
        let (upper, carry) = middle.addingReportingOverflow(lower.high)
        return (UInt256(high: upper, low: lower.low), overflow || carry)
    }

    /// Long division, bit by bit: for targets, which are divided once a job and never once a share.
    ///
    /// - Precondition: `divisor` is not zero.
    package func quotientAndRemainder(dividingBy divisor: UInt256) -> (quotient: UInt256, remainder: UInt256) {
        precondition(divisor != .zero)
        var quotient = UInt256.zero
        var remainder = UInt256.zero
        for bit in (0..<(256 - leadingZeroBitCount)).reversed() {
            let carried = remainder.high >> 127 == 1
            remainder = remainder << 1
            if (self >> bit).low & 1 == 1 { remainder = UInt256(high: remainder.high, low: remainder.low | 1) }
            guard carried || remainder >= divisor else { continue }
            // A carried bit stands for 2^256: wrapping subtraction gives the true remainder, which fits again.
            let (low, borrow) = remainder.low.subtractingReportingOverflow(divisor.low)
            remainder = UInt256(high: remainder.high &- divisor.high &- (borrow ? 1 : 0), low: low)
            quotient = UInt256(high: quotient.high, low: quotient.low).settingBit(bit)
        }
        return (quotient, remainder)
    }

    private func settingBit(_ bit: Int) -> UInt256 {
        bit < 128 ? UInt256(high: high, low: low | 1 << bit) : UInt256(high: high | 1 << (bit - 128), low: low)
    }
}
