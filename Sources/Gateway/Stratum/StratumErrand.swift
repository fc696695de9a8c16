/// What a loop has asked of other services, beside judging.
enum StratumErrand: Sendable {
    /// A longer life for these leases; `StratumDesk.renewed` hears of it.
    case renew([[UInt8]])
    /// A job's transactions; `StratumDesk.gave` hears of it, by the number.
    case transactions(job: UInt64, number: UInt64)
}
