extension Difficulty {
    /// The difficulty that `target` stands for, rounded down, and within what a difficulty can be.
    ///
    /// For what people and miners ask for: shares are judged by targets, which follow from difficulties and never the
    /// other way round.
    package init(of target: Target, differenceOne: Target) {
        // Without their lowest 64 bits, difference one times the scale fits; a target that loses itself by this is
        // beyond the largest difficulty.
        let divisor = target.value >> 64
        let (dividend, overflow) = (differenceOne.value >> 64).multipliedReportingOverflow(by: Self.scale)
        precondition(!overflow)
        let quotient = divisor == .zero ? .max : dividend.quotientAndRemainder(dividingBy: divisor).quotient
        let isLargest = quotient.high > 0 || quotient.low > UInt128(UInt64.max)
        self.init(nonZero: isLargest ? .max : max(UInt64(quotient.low), 1))
    }
}
