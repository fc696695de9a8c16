package import Hashing
import JSON

extension Wallet {
    /// The most of the wallet's own transactions that are looked through for those that spend a coin: at a millisecond each,
    /// 20 seconds.
    package static let searchCountMax = 20_000
    /// Entries of the wallet's list, one an output, in one answer: less than a megabyte.
    private static let pageCount = 1_000

    /// The wallet's transactions that spend any of `coins`, of those since the block at `height` and those that the wallet
    /// says are in conflict with `transactions`.
    ///
    /// Once every coin is found spent in a block, nothing else can spend it, and nothing more is looked for.
    ///
    /// - Throws: `.refused` when there are more than `searchCountMax` to look through.
    package func spenders(
        of coins: [CoinReference],
        against transactions: [Hash256],
        since height: UInt32,
        countMax: Int = searchCountMax
    ) async throws(NodeError) -> [CoinSpender] {
        var search = SpenderSearch(coins)
        var named = Set(transactions)
        for transaction in transactions { named.formUnion(try await self.transaction(transaction)?.conflicts ?? []) }
        for identifier in named.sorted(by: { $0.displayHex < $1.displayHex }) {
            if search.isNew(identifier) { search.found(try await spender(identifier)) }
        }
        var place = 0
        while !search.isOver {
            let page = try await sent(from: place)
            for entry in page.sent where (entry.height ?? .max) >= height && search.isNew(entry.transaction) {
                guard search.count <= countMax else {
                    throw .refused(
                        code: RPCCode.walletError,
                        message: "the wallet has sent more than \(countMax) transactions since then"
                    )
                }
                search.found(try await spender(entry.transaction))
            }
            // Newest first: a page of nothing but older blocks is followed by others of that kind.
            guard page.count == Self.pageCount, page.newest >= height else { break }
            place += page.count
        }
        return search.spenders
    }

    /// A part of what the wallet lists, newest first.
    private struct Page {
        let count: Int
        /// Those that spend; the height of their block, `nil` for what is in none.
        let sent: [(transaction: Hash256, height: UInt32?)]
        /// The highest block of any entry; the largest number when one is in none.
        let newest: UInt32
    }

    private func sent(from place: Int) async throws(NodeError) -> Page {
        let parameters: [JSON] = ["*", JSON(Self.pageCount), JSON(place), JSON(isWatchOnly)]
        guard let items = try await call("listtransactions", parameters).array else {
            throw .malformed("listtransactions gave no list")
        }
        var sent: [(transaction: Hash256, height: UInt32?)] = []
        var newest: UInt32 = 0
        for item in items.reversed() {
            let height = item["blockheight"]?.uint32
            newest = max(newest, height ?? .max)
            guard item["category"]?.string == "send",
                let identifier = item["txid"]?.string.flatMap(Hash256.init(displayHex:))
            else { continue }
            sent.append((identifier, height))
        }
        return Page(count: items.count, sent: sent, newest: newest)
    }

    private func spender(_ identifier: Hash256) async throws(NodeError) -> CoinSpender? {
        let answer: JSON
        do {
            answer = try await call("gettransaction", [.string(identifier.displayHex), false, true])
        } catch .refused(RPCCode.notFound, _) {
            return nil
        }
        guard let confirmations = answer["confirmations"]?.int64, let decoded = answer["decoded"],
            let virtualSize = decoded["vsize"]?.uint32
        else { throw .malformed("gettransaction without confirmations, decoded or vsize") }
        return CoinSpender(
            transaction: identifier,
            confirmations: confirmations,
            inputs: try Self.inputs(decoded),
            outputs: try Self.outputs(decoded),
            bytes: try bytes(answer["hex"], of: "gettransaction"),
            virtualSize: virtualSize
        )
    }
}

/// What is known so far of who spends some coins.
private struct SpenderSearch {
    private(set) var spenders: [CoinSpender] = []
    private let coins: Set<CoinReference>
    /// Not known to be spent in a block.
    private var open: Set<CoinReference>
    private var seen: Set<Hash256> = []

    init(_ coins: [CoinReference]) {
        self.coins = Set(coins)
        open = self.coins
    }

    var isOver: Bool { open.isEmpty }
    /// Transactions that were asked about.
    var count: Int { seen.count }

    mutating func isNew(_ identifier: Hash256) -> Bool { seen.insert(identifier).inserted }

    mutating func found(_ spender: CoinSpender?) {
        guard let spender, !coins.isDisjoint(with: spender.inputs) else { return }
        spenders.append(spender)
        if spender.confirmations > 0 { open.subtract(spender.inputs) }
    }
}
