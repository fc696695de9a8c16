import BlockFormat
import Cryptography
import Hashing
import JSON
import PayoutService
import PostgresClient
import Synchronization
import TestSupport
import Testing

extension EndToEndTests {
    /// Two replicas of the payout service on one database and one wallet.
    @Suite struct FrozenPayerTests {
        /// Where the replica that pays is frozen.
        static let places = ["signrawtransactionwithwallet", "UPDATE payouts signed", "sendrawtransaction"].flatMap {
            step in FaultDirector.Moment.allCases.map { (step, $0) }
        }

        @Test(arguments: places)
        func whoIsFrozenWhilePayingIsReplacedAndWakesUpHarmless(
            step: String,
            moment: FaultDirector.Moment
        ) async throws {
            let rig = try await PayerPair(try await RegtestNode.start(blocks: 110))
            let first = PayerPair.newAddress()
            let freezer = rig.freeze(at: step, moment)
            try await rig.replicas[0].earn(first, block: 1)
            try await Patience.wait(for: "the payer at \(step)") { freezer.frozen != nil }
            let frozen = try #require(freezer.frozen)
            try await rig.pay("the other one to take over") { try await rig.paid(first).count == 1 }
            let other = rig.replicas[1 - frozen]
            freezer.thaw()
            // It wakes up to a payout that is over: what it had in hand must come to nothing. That it pays again, alone,
            // shows that it is through with that.
            other.process.kill()
            let second = PayerPair.newAddress()
            try await rig.replicas[frozen].earn(second, block: 2)
            try await rig.pay("the woken one to pay") { try await rig.paid(second).count == 1 }
            #expect(try await rig.paid(first).count == 1)
            #expect(try await LedgerAudit.run(rig.database).findings == [])
            for address in [first, second] {
                #expect(try await rig.receivedOnChain(address) == rig.paid(address))
            }
            await rig.stop()
        }
    }
}

/// Two replicas, and what they share.
final class PayerPair: Sendable {
    let node: RegtestNode
    let database: ConnectionPool
    let replicas: [PayerReplica]
    private let postgres: PrivatePostgres

    init(_ node: RegtestNode) async throws {
        self.node = node
        postgres = try await PrivatePostgres(isForgetful: true)
        let conninfo = try await postgres.freshDatabase()
        database = ConnectionPool(PostgresSettings(conninfo), count: 1)
        let name = conninfo.split(separator: "=").last.map(String.init) ?? ""
        replicas = [
            try await PayerReplica(node, postgres, database: name),
            try await PayerReplica(node, postgres, database: name),
        ]
    }

    func stop() async {
        for replica in replicas { await replica.process.stop() }
        await node.stop()
    }

    /// An address of a key that nobody has: half of all numbers are a point's x.
    static func newAddress() -> String {
        while true {
            let bytes = [2] + (0..<32).map { _ in UInt8.random(in: 0...127) }
            guard let key = PublicKey(compressed: bytes) else { continue }
            return Address.payToWitnessPublicKeyHash(key, on: .litecoinRegtest).text
        }
    }

    /// Buries whatever is sent, until `condition` holds.
    func pay(_ what: String, until condition: () async throws -> Bool) async throws {
        do {
            try await Patience.wait(for: what) {
                let mempool = try await node.rpc("getrawmempool").array ?? []
                if !mempool.isEmpty { try await node.generate(1) }
                return try await condition()
            }
        } catch {
            for replica in replicas { print(what, replica.log.suffix(4_000)) }
            throw error
        }
    }

    /// What settled payouts paid an account.
    func paid(_ address: String) async throws -> [Int64] {
        let rows = try await database.execute(
            """
            SELECT amount FROM payouts JOIN payout_outputs USING (payout_id) JOIN accounts USING (account_id)
            WHERE state = 'confirmed' AND address = $1 ORDER BY amount
            """,
            [.text(address)]
        )
        return try rows.map { row in try row.integer(0) }
    }

    func receivedOnChain(_ address: String) async throws -> [Int64] {
        let walk = ChainWalk()
        return try await walk.amounts(on: node, among: [address])[address] ?? []
    }

    /// Sets a trap for whichever replica comes there first.
    func freeze(at step: String, _ moment: FaultDirector.Moment) -> Freezer {
        let freezer = Freezer(replicas.map(\.process))
        for (index, replica) in replicas.enumerated() {
            let trap = FaultDirector.Trap(step: step, moment: moment) {
                await freezer.freeze(index)
                return .pass
            }
            replica.director.arm([trap])
        }
        return freezer
    }
}

/// Stops the first of some processes that asks for it, and holds its call until it is woken.
final class Freezer: Sendable {
    private struct State {
        var frozen: Int?
        var held: [CheckedContinuation<Void, Never>] = []
        var isThawed = false
    }

    private let processes: [TestProcess]
    private let state = Mutex(State())

    init(_ processes: [TestProcess]) {
        self.processes = processes
    }

    var frozen: Int? { state.withLock(\.frozen) }

    /// - Returns: When the process is awake again; at once when another one is frozen.
    func freeze(_ index: Int) async {
        let isFirst = state.withLock { state in
            guard state.frozen == nil else { return false }
            state.frozen = index
            return true
        }
        guard isFirst else { return }
        processes[index].freeze()
        await withCheckedContinuation { continuation in
            let isThawed = state.withLock { state in
                if !state.isThawed { state.held.append(continuation) }
                return state.isThawed
            }
            if isThawed { continuation.resume() }
        }
    }

    func thaw() {
        let (index, held) = state.withLock { state in
            state.isThawed = true
            defer { state.held = [] }
            return (state.frozen, state.held)
        }
        if let index { processes[index].thaw() }
        for continuation in held { continuation.resume() }
    }
}
