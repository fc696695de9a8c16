internal import ChainAdapter
internal import Hashing

/// Where the wallet sees transactions that should be on the chain: by its list of the last blocks, and one by one what that
/// does not have.
struct PayoutSightings {
    /// How deep those are that are on the best chain.
    private(set) var depths: [Hash256: UInt32] = [:]
    /// Those that were asked for by themselves.
    private(set) var asked: Set<Hash256> = []
    /// What became of those that are not on the best chain.
    private(set) var missing: [Hash256: TransactionFate] = [:]
    /// Why nothing is known of the last that was asked for, or of the list, and nothing more was asked; `nil` when all was.
    private(set) var failure: NodeError?

    /// At most `askedCountMax` are asked for by themselves, in the order given, until the wallet gives no answer.
    static func look(
        for transactions: [Hash256],
        within depth: UInt32,
        askedCountMax: Int,
        _ wallet: any PayoutWallet
    ) async -> PayoutSightings {
        var sightings = PayoutSightings()
        do throws(NodeError) {
            let listed = try await list(within: depth, wallet)
            for transaction in transactions { sightings.depths[transaction] = listed[transaction] }
            for transaction in transactions.filter({ listed[$0] == nil }).prefix(askedCountMax) {
                // Also when there is no answer: whoever looks again begins with the others.
                sightings.asked.insert(transaction)
                let fate = try await wallet.fate(of: transaction)
                switch fate {
                case .buried(let depth): sightings.depths[transaction] = depth
                case .waiting, .missing, .unknown, .conflicted: sightings.missing[transaction] = fate
                }
            }
        } catch {
            sightings.failure = error
        }
        return sightings
    }

    /// Nothing when the list is longer than an answer may be: then each is asked for by itself.
    private static func list(
        within depth: UInt32,
        _ wallet: any PayoutWallet
    ) async throws(NodeError) -> [Hash256: UInt32] {
        do throws(NodeError) {
            return try await wallet.buried(within: depth)
        } catch {
            guard case .malformed = error else { throw error }
            return [:]
        }
    }
}
