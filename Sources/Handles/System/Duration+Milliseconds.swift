extension Duration {
    /// Rounded down; 0 for what is negative, and the largest number for what is longer.
    package var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = components
        return UInt64(clamping: Int128(seconds) * 1_000 + Int128(attoseconds / 1_000_000_000_000_000))
    }
}
