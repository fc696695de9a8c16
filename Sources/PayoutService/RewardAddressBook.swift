internal import BlockFormat
internal import ChainAdapter
internal import Messages
internal import PostgresClient
import Synchronization

/// Where block rewards go.
final class RewardAddressBook: Sendable {
    private static let key = "reward_address"

    private let pool: ConnectionPool
    private let wallet: any PayoutWallet
    private let settings: PayoutSettings
    /// What the wallet was seen to own.
    private let owned = Mutex<Address?>(nil)

    init(pool: ConnectionPool, wallet: any PayoutWallet, settings: PayoutSettings) {
        self.pool = pool
        self.wallet = wallet
        self.settings = settings
    }

    /// As configured, else what the database has, else an address of the wallet, which the database keeps from then on.
    ///
    /// - Throws: `.failedPrecondition` when the wallet does not own what the database has: no block may pay to it.
    func address() async throws(RPCError) -> Address {
        if let configured = settings.rewardAddress { return configured }
        if let kept = try await checkedKept() { return kept }
        let new = try await onWallet { wallet throws(NodeError) in try await wallet.rewardAddress() }
        do throws(PostgresError) {
            try await pool.execute(
                "INSERT INTO meta VALUES ($1, $2) ON CONFLICT (key) DO NOTHING",
                [.text(Self.key), .text(new.text)]
            )
        } catch {
            throw RPCError(error)
        }
        // Another replica may have been first: its address holds.
        return try await checkedKept() ?? new
    }

    /// What the database has, unless an address is configured; the wallet owns it.
    ///
    /// - Throws: `.failedPrecondition` when it does not, or is not there; `.unavailable` while nobody can say.
    func checkedKept() async throws(RPCError) -> Address? {
        guard settings.rewardAddress == nil else { return nil }
        let kept: Address?
        do throws(PostgresError) {
            kept = try await read()
        } catch {
            throw RPCError(error)
        }
        guard let kept, owned.withLock({ $0 != kept }) else { return kept }
        let isOwned = try await onWallet { wallet throws(NodeError) in try await wallet.owns(kept) }
        guard isOwned else {
            throw .failedPrecondition(
                "the wallet does not own \(kept), which the database keeps for block rewards: set wallet.name to the wallet that does, or pool.reward_address to where rewards go"
            )
        }
        owned.withLock { $0 = kept }
        return kept
    }

    private func read() async throws(PostgresError) -> Address? {
        let rows = try await pool.execute("SELECT value FROM meta WHERE key = $1", [.text(Self.key)])
        guard let row = rows.first else { return nil }
        guard let address = Address(try row.text(0), on: settings.network) else {
            throw .unreadable("meta's reward_address is no address of \(settings.network)")
        }
        return address
    }

    private func onWallet<Value>(
        _ call: (any PayoutWallet) async throws(NodeError) -> Value
    ) async throws(RPCError) -> Value {
        do throws(NodeError) {
            return try await call(wallet)
        } catch {
            // The node's refusal lasts until somebody makes or names the wallet; the rest may pass.
            if case .refused = error { throw .failedPrecondition("the wallet's node \(error)") }
            throw .unavailable("the wallet's node \(error)")
        }
    }
}
