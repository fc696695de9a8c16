internal import BlockFormat
internal import ChainAdapter
internal import Messages
internal import PostgresClient

/// Where block rewards go.
struct RewardAddressBook: Sendable {
    private static let key = "reward_address"

    let pool: ConnectionPool
    let wallet: any PayoutWallet
    let settings: PayoutSettings

    /// As configured, else what the database has, else an address of the wallet, which the database keeps from then on.
    func address() async throws(RPCError) -> Address {
        if let configured = settings.rewardAddress { return configured }
        do throws(PostgresError) {
            if let kept = try await kept() { return kept }
        } catch {
            throw RPCError(error)
        }
        let new: Address
        do throws(NodeError) {
            new = try await wallet.rewardAddress()
        } catch {
            throw .unavailable("the wallet \(error)")
        }
        do throws(PostgresError) {
            try await pool.execute(
                "INSERT INTO meta VALUES ($1, $2) ON CONFLICT (key) DO NOTHING",
                [.text(Self.key), .text(new.text)]
            )
            // Another replica may have been first: its address holds.
            return try await kept() ?? new
        } catch {
            throw RPCError(error)
        }
    }

    private func kept() async throws(PostgresError) -> Address? {
        let rows = try await pool.execute("SELECT value FROM meta WHERE key = $1", [.text(Self.key)])
        guard let row = rows.first else { return nil }
        guard let address = Address(try row.text(0), on: settings.network) else {
            throw .unreadable("meta's reward_address is no address of \(settings.network)")
        }
        return address
    }
}
