import Hashing
import JSON
import Ledger
import Messages
import MiningDomain

/// The figures' messages as the interface shows them: times in seconds, works as decimal text, hashes in display order.
extension JSON {
    init(_ figures: PoolFigures, _ status: JSON) {
        self = [
            "hashrate": status["pool"]?["hashrate"] ?? nil,
            "clients": status["pool"]?["clients"] ?? nil,
            "workers": JSON(figures.workers),
            "accounts": JSON(figures.accounts),
            "height": status["height"] ?? nil,
            "network": status["network"] ?? nil,
            "nodes": .array(figures.nodes.map { JSON($0) }),
            "round": ["work": Self.work(figures.roundWork)],
            "blocks": JSON(figures.blocks),
            "last_block": Self.time(figures.lastBlockAtMs),
            "paid": JSON(figures.paid),
            "payouts_pending": JSON(figures.payoutsPending),
        ]
    }

    private init(_ node: NodeState) {
        self = [
            "name": JSON(node.name), "height": JSON(node.height), "tip": JSON(Hex.string(node.tip.reversed())),
            "last_seen": Self.time(node.seenAtMs),
        ]
    }

    init(_ samples: Samples) {
        self = [
            "interval": 600,
            "samples": .array(
                samples.samples.map {
                    ["time": JSON($0.atMs / 1_000), "hashrate": JSON($0.hashrate), "shares": JSON($0.shares)]
                }
            ),
        ]
    }

    init(_ block: BlockEntry) {
        self = [
            "height": JSON(block.height), "hash": JSON(Hex.string(block.hash.reversed())),
            "state": JSON(block.state.interfaceName), "reward": JSON(block.reward),
            "confirmations": JSON(block.confirmations), "time": Self.time(block.foundAtMs),
            "finder": block.finder.isEmpty ? nil : JSON(block.finder), "worker": JSON(block.finderWorker),
            "work": Self.work(block.networkWork),
            "proof_root": block.proofRoot.isEmpty ? nil : JSON(Hex.string(block.proofRoot)),
        ]
    }

    init(_ work: WorkByAccount) {
        self = [
            "total": Self.work(work.total), "account_count": JSON(work.accountCount),
            "accounts": .array(
                work.accounts.map {
                    ["address": JSON($0.address), "work": Self.work($0.work), "amount": JSON($0.amount)]
                }
            ),
        ]
    }

    init(_ finder: Finder) {
        self = [
            "address": JSON(finder.address), "blocks": JSON(finder.blocks), "orphaned": JSON(finder.orphaned),
            "last_block": Self.time(finder.lastBlockAtMs),
        ]
    }

    init(_ address: String, _ figures: AccountFigures, _ statement: MinerStatement) {
        self = [
            "address": JSON(address),
            "last_share": Self.time(figures.lastShareAtMs),
            "hashrate": JSON(
                figures.workers.reduce(UInt64(0)) { $0.addingReportingOverflow($1.hashrate).partialValue }
            ),
            "shares": JSON(shares: statement),
            "balance": JSON(balance: statement),
            "workers": .array(figures.workers.map { JSON($0) }),
        ]
    }

    init(shares statement: MinerStatement) {
        self = [
            "accepted": JSON(statement.accepted), "rejected": JSON(statement.rejected), "stale": JSON(statement.stale),
        ]
    }

    init(balance statement: MinerStatement) {
        self = [
            "immature": JSON(statement.immature), "confirmed": JSON(statement.confirmed), "paid": JSON(statement.paid),
            "debt": JSON(statement.debt),
        ]
    }

    private init(_ worker: WorkerFigures) {
        self = [
            "name": JSON(worker.name), "hashrate": JSON(worker.hashrate),
            "last_share": Self.time(worker.lastShareAtMs),
            "shares": [
                "accepted": JSON(worker.accepted), "rejected": JSON(worker.rejected), "stale": JSON(worker.stale),
            ],
        ]
    }

    init(_ payout: PayoutFigures) {
        self = [
            "number": JSON(payout.number), "state": JSON(payout.state),
            "txid": payout.txid.isEmpty ? nil : JSON(payout.txid), "amount": JSON(payout.amount),
            "outputs": JSON(payout.outputs), "time": Self.time(payout.createdAtMs),
        ]
    }

    private static func time(_ unixMilliseconds: UInt64) -> JSON {
        unixMilliseconds == 0 ? nil : JSON(unixMilliseconds / 1_000)
    }

    private static func work(_ bytes: [UInt8]) -> JSON {
        JSON(String(Work(bytes: bytes)?.hashes ?? 0))
    }
}
