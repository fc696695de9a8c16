internal import Messages

/// Refused proofs by client, until they are told to the ledger with a batch: statistics, not money.
struct RefusedCounts {
    /// Clients that are counted at once; more are not counted until the next batch has gone.
    static let clientCountMax = 1_000

    private(set) var byClient: [Client: (stale: UInt32, other: UInt32)] = [:]

    var isEmpty: Bool { byClient.isEmpty }

    mutating func add(_ client: Client, stale: UInt32, other: UInt32) {
        guard stale > 0 || other > 0, byClient[client] != nil || byClient.count < Self.clientCountMax else { return }
        let known = byClient[client] ?? (0, 0)
        byClient[client] = (known.stale &+ stale, known.other &+ other)
    }

    mutating func add(_ more: [RefusedShares]) {
        for refused in more {
            if let client = refused.client { add(client, stale: refused.stale, other: refused.other) }
        }
    }

    /// All that was counted, and begins anew.
    mutating func take() -> [RefusedShares] {
        defer { byClient = [:] }
        return byClient.map { RefusedShares(client: $0.key, stale: $0.value.stale, other: $0.value.other) }
    }
}
