package import BlockFormat
package import ChainAdapter
package import Hashing
package import Ledger

/// The wallet that payouts are made from, as far as paying needs it, and the chain as its node sees it.
///
/// Nothing here spends money but `send`, and that only what was stored before.
package protocol PayoutWallet: Sendable {
    /// Where block rewards go: always the same address once there is one.
    func rewardAddress() async throws(NodeError) -> Address

    /// Whether the wallet can spend what is sent to the address.
    func owns(_ address: Address) async throws(NodeError) -> Bool

    /// How high the chain is and what it costs to be mined.
    func conditions() async throws(NodeError) -> ChainConditions

    /// Coins that can be spent now, at least `depth` blocks deep, and that nobody has locked.
    func coins(depth: UInt32) async throws(NodeError) -> [PayoutCoin]

    /// Whether the node takes it for an address that can be paid.
    func isPayable(_ address: Address) async throws(NodeError) -> Bool

    /// Where change goes: always the same address once there is one, unless its script is among `payees`.
    ///
    /// Anybody may mine to it, and nodes draw up nothing that pays one address twice.
    func changeAddress(besides payees: Set<[UInt8]>) async throws(NodeError) -> Address

    /// What the node has against the outputs of a draft; `nil` when nothing, whatever it may have against its coins.
    ///
    /// Nothing is signed or locked.
    func objection(to draft: PayoutDraft) async throws(NodeError) -> String?

    /// The draft's transaction with signatures. Nothing is sent or locked, and calling it again does no harm.
    ///
    /// - Throws: `.refused` when the node takes an address for none, or the wallet is locked (`isWalletLocked`).
    func sign(_ draft: PayoutDraft) async throws(NodeError) -> SignedTransaction

    /// The draft's transaction for somebody else to sign, with all that is known of its coins. Nothing is locked.
    func psbt(of draft: PayoutDraft) async throws(NodeError) -> PSBT

    /// What a PSBT is about.
    ///
    /// - Throws: `.refused` for what is none.
    func decode(_ psbt: PSBT) async throws(NodeError) -> UnsignedTransaction

    /// What was handed out, with the signatures that came back.
    ///
    /// - Returns: `nil` while some are missing; whether they are valid only `refusal(of:)` says.
    /// - Throws: `.refused` when the two are not of the same transaction.
    func complete(_ psbt: PSBT, with signed: PSBT) async throws(NodeError) -> SignedTransaction?

    /// Keeps coins from whoever else uses the wallet; the node forgets it when it restarts.
    func lock(_ coins: [CoinReference]) async throws(NodeError)

    func unlock(_ coins: [CoinReference]) async throws(NodeError)

    func lockedCoins() async throws(NodeError) -> [CoinReference]

    /// Why the node would not take a transaction that is not sent yet; `nil` when it would.
    func refusal(of transaction: [UInt8]) async throws(NodeError) -> TransactionRefusal?

    /// Broadcasts a transaction; one that the node has already is fine.
    func send(_ transaction: [UInt8]) async throws(NodeError)

    /// What has become of a transaction that was, or may have been, sent.
    func fate(of transaction: Hash256) async throws(NodeError) -> TransactionFate

    /// How deep each of the wallet's own transactions is that stands in the best chain's last `depth` blocks.
    func buried(within depth: UInt32) async throws(NodeError) -> [Hash256: UInt32]

    /// Every transaction that the wallet knows to spend any of `coins`, waiting, buried or overtaken: of those since the
    /// block at `height`, and those in conflict with `transactions`, which are among them.
    func spenders(
        of coins: [CoinReference],
        against transactions: [Hash256],
        since height: UInt32
    ) async throws(NodeError) -> [CoinSpender]
}

package enum TransactionFate: Hashable, Sendable {
    /// In a block of the best chain, which counts as 1.
    case buried(depth: UInt32)
    /// In the memory pool.
    case waiting
    /// The wallet knows it, and no node does.
    case missing
    /// Neither the wallet has ever heard of it, nor does a node know it.
    case unknown
    /// Another transaction has spent its coins, in a block so deep.
    case conflicted(depth: UInt32)
}

/// The chain, as far as paying goes.
package struct ChainConditions: Hashable, Sendable {
    /// Of the best chain's end.
    package let height: UInt32
    package let fees: NetworkFees

    package init(height: UInt32, fees: NetworkFees) {
        self.height = height
        self.fees = fees
    }
}
