import Cryptography
import Hashing
import JSON
import PayoutService
import PostgresClient
import TestSupport
import Testing

/// One whole life of a block's money: found, stored, submitted, credited, matured, paid, buried, settled; on the ways of its
/// kind.
///
/// Faults may be set for the block's part, and others for the payout's.
struct CrashLife {
    let pool: FaultyPool
    let walk: ChainWalk
    var kind = CrashKind.ordinary

    /// What was seen of the block's part, or of the payout's.
    struct Half: Sendable {
        /// Whether the faults came to pass; a fault that was not asked for has.
        let isFaultDone: Bool
        /// What the pool did to its neighbours, in order.
        let steps: [String]
        /// Those steps that lead this very way.
        let ownSteps: [String]
        /// What was wrong on the way, in words.
        var findings: [String] = []
    }

    struct Outcome: Sendable {
        /// What is wrong, in words; empty when all is well.
        let findings: [String]
        let block: Half
        let payout: Half
    }

    func run(_ blockFaults: [FaultDirector.Trap], _ payoutFaults: [FaultDirector.Trap]) async throws -> Outcome {
        pool.director.block([FaultDirector.planning])
        let miner = try await miner()
        let address = await miner.address
        let (block, blockHalf) = try await earn(miner, blockFaults)
        let payoutHalf = try await pay(address, payoutFaults, after: blockHalf)
        pool.director.arm([])
        try await pool.wait(for: "both nodes") {
            try await pool.node.main.bestBlockHash() == pool.node.peer.bestBlockHash()
        }
        return Outcome(
            findings: blockHalf.findings + payoutHalf.findings + (try await findings(block, address)),
            block: blockHalf,
            payout: payoutHalf
        )
    }

    /// From the find to money that can be paid.
    private func earn(_ miner: BinsClient, _ faults: [FaultDirector.Trap]) async throws -> (Hash256, Half) {
        let director = pool.director
        director.forget()
        guard let moment = kind.block.orphanedAt else {
            director.arm(faults)
            let block = try await find(miner)
            try await bury(block, [.immature, .confirmed])
            return (block, Half(isFaultDone: !director.isArmed, steps: director.seen, ownSteps: director.seen))
        }
        let block = try await find(miner)
        try await bury(block, moment == .immature ? [.immature] : [.immature, .confirmed])
        director.forget()
        director.arm(faults)
        let findings = try await orphanAndBringBack(block, of: await miner.address, at: moment)
        let own = director.seen
        try await bury(block, [.confirmed])
        let half = Half(isFaultDone: !director.isArmed, steps: director.seen, ownSteps: own, findings: findings)
        return (block, half)
    }

    /// Somebody new, so that what this life earned is known apart; two shares make up the window.
    func miner() async throws -> BinsClient {
        let client = BinsClient(url: pool.url, payee: .publicKey(Self.publicKey()))
        try await pool.wait(for: "the pool") { try await client.join(worker: "rig1").status == 201 }
        try await pool.watchCandidates()
        try await pool.wait(for: "a job on the tip") {
            let tip = try await pool.node.main.bestBlockHash()
            return try await client.job().previousBlockHash == tip
        }
        return client
    }

    /// A key of secp256k1 that nobody has: half of all numbers are one's x.
    private static func publicKey() -> String {
        while true {
            let bytes = [2] + (0..<32).map { _ in UInt8.random(in: 0...127) }
            if PublicKey(compressed: bytes) != nil { return Hex.string(bytes) }
        }
    }

    /// Finds a block, and sends it until the pool has judged it and the chain has it.
    func find(_ miner: BinsClient) async throws -> Hash256 {
        let bin = try await miner.bin()
        let job = try await miner.job(bin.jobID)
        let shares = try job.search(bin, .share, count: 2)
        let hits = try job.search(bin, .solves)
        let hash = Hash256.sha256d(of: job.header(bin, hits[0]))
        try await pool.wait(for: "the block to be judged") {
            try await miner.submit(shares + hits, in: bin.lease).status == 200
        }
        try await pool.wait(for: "the block on the chain") {
            try await pool.node.main.rpc("getblockhash", [JSON(job.height)]).string == hash.displayHex
        }
        try await pool.wait(for: "the block in the books") { try await stage(hash) != nil }
        return hash
    }

    /// Depths at which a block's money moves.
    enum Stage: String {
        case immature
        case confirmed

        var depth: UInt32 {
            switch self {
            case .immature: 10
            case .confirmed: 100
            }
        }
    }

    /// Builds on a block until its money has come so far.
    func bury(_ block: Hash256, _ stages: [Stage]) async throws {
        for stage in stages {
            try await pool.wait(for: "depth \(stage.depth)") {
                let missing = Int(stage.depth) - Int(try await depth(of: block))
                if missing > 0 { try await pool.node.generate(min(missing, 50)) }
                return missing <= 0
            }
            try await pool.wait(for: stage.rawValue) { try await self.stage(block) == stage.rawValue }
            // One more is news of no money.
            try await pool.wait(for: "more than \(stage.depth)") {
                if try await depth(of: block) == Int64(stage.depth) { try await pool.node.generate(1) }
                return try await confirmations(block) > Int64(stage.depth)
            }
        }
    }

    /// As the node has it.
    private func depth(of block: Hash256) async throws -> Int64 {
        try await pool.node.rpc("getblock", .string(block.displayHex))["confirmations"]?.int64 ?? 0
    }

    /// As the ledger has it.
    private func confirmations(_ block: Hash256) async throws -> Int64 {
        let rows = try await pool.database.execute(
            "SELECT confirmations FROM blocks WHERE hash = $1",
            [.bytes(block.bytes)]
        )
        return try rows.first?.integer(0) ?? 0
    }

    func stage(_ block: Hash256) async throws -> String? {
        try await pool.database.execute("SELECT stage FROM blocks WHERE hash = $1", [.bytes(block.bytes)]).first?.text(
            0
        )
    }

    private func findings(_ block: Hash256, _ address: String) async throws -> [String] {
        var findings = try await pool.audit().findings.map(\.description)
        if try await stage(block) != "confirmed" { findings.append("the block is not confirmed") }
        let shown = try await walk.amounts(on: pool)
        let booked = try await PaidInBooks.count(pool)
        for account in Set(shown.keys).union(booked.keys) where shown[account] != booked[account] {
            findings.append("\(account): \(shown[account] ?? []) on the chain, \(booked[account] ?? []) in the books")
        }
        if booked[address]?.count != 1 { findings.append("the finder was paid \(booked[address]?.count ?? 0) times") }
        return findings
    }
}

extension FaultyPool {
    nonisolated func balance(of address: String, _ bucket: String) async throws -> Int64 {
        try await database.execute(
            "SELECT balance FROM balances JOIN accounts USING (account_id) WHERE address = $1 AND bucket = $2",
            [.text(address), .text(bucket)]
        ).first?.integer(0) ?? 0
    }
}

/// What each account was paid, one amount a payment, smallest first, as the ledger has it.
enum PaidInBooks {
    static func count(_ pool: FaultyPool) async throws -> [String: [Int64]] {
        let rows = try await pool.database.execute(
            """
            SELECT address, amount FROM payouts JOIN payout_outputs USING (payout_id) JOIN accounts USING (account_id)
            WHERE state = 'confirmed' ORDER BY amount
            """
        )
        var amounts: [String: [Int64]] = [:]
        for row in rows { amounts[try row.text(0), default: []].append(try row.integer(1)) }
        return amounts
    }
}
