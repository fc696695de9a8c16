import StratumProtocol

/// What a loop has asked of others, beside judging.
enum StratumErrand: Sendable {
    /// A longer life for these leases; `StratumDesk.renewed` hears of it.
    case renew([[UInt8]])
    /// The answer with a job's transactions; `StratumDesk.gave` hears of it, by the number.
    case transactions(job: UInt64, id: RequestID, number: UInt64)
    /// To end the connection of a session that lives on another loop; `StratumDesk.released` hears of it, by the number.
    case release(session: String, loop: Int, number: UInt64)
}
