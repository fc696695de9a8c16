import BlockFormat
import ChainAdapter
import Foundation
import Hashing
import JSON
import Ledger
import Messages
import MiningDomain
import PostgresClient
import TestSupport
import Testing

@testable import PayoutService

/// Payouts from a wallet that only watches, signed by one that is offline, on a real node.
@Suite struct HandoverTests {
    private let cold: ColdWallet
    private let fixture: LedgerFixture
    private let operations: PayoutOperations

    init() async throws {
        cold = try await ColdWallet()
        fixture = try await LedgerFixture(paying: cold.watching, adjust: { $0.signing = .psbt })
        try await cold.earnCoins()
        operations = fixture.operations
        try await fixture.earn([(0, 5), (1, 3)], block: 1, reward: 1_000_000_000)
        try await fixture.pay()
    }

    private func state(_ client: Int = 0) async throws -> [String] {
        try await fixture.statement(client).payouts.map(\.state)
    }

    @Test func whatIsSignedElsewhereIsPaidOnce() async throws {
        #expect(try await state() == ["reserved"])
        let psbt = try await operations.export(1)
        try await fixture.pay()
        #expect(try await operations.export(1) == psbt, "however often it is asked for")
        let signed = try await cold.sign(psbt)
        let identifier = try await operations.take(signed, for: 1)
        #expect(try await state() == ["signed"])
        await #expect(throws: PayoutRefusal.notHandedOver(state: .signed)) { try await operations.take(signed, for: 1) }
        await #expect(throws: PayoutRefusal.notHandedOver(state: .signed)) { try await operations.export(1) }
        await #expect(throws: PayoutRefusal.mayStillBePaid(state: .signed)) { try await operations.cancel(1) }
        try await fixture.successor().pay()
        #expect(try await state() == ["broadcast"])
        try await cold.generate(6)
        try await fixture.successor().pay()
        #expect(try await state() == ["confirmed"])
        for client in 0..<2 {
            let statement = try await fixture.statement(client)
            #expect(statement.payouts.map(\.txid) == [identifier.displayHex])
            #expect(try await cold.received(Example.addresses[client]) == statement.paid)
        }
        await #expect(throws: PayoutRefusal.notHandedOver(state: .confirmed)) {
            try await operations.take(signed, for: 1)
        }
        try await fixture.expectSoundBooks()
    }

    @Test func onlyTheVeryTransactionWithEverySignatureIsTaken() async throws {
        let psbt = try await operations.export(1)
        await #expect(throws: PayoutRefusal.incomplete("0 of 1 coins are signed for")) {
            try await operations.take(Array(psbt.text.utf8), for: 1)
        }
        let others = try await cold.others(than: psbt)
        await #expect(throws: PayoutRefusal.notTheSame("it pays other outputs")) {
            try await operations.take(cold.sign(others.outputs), for: 1)
        }
        await #expect(throws: PayoutRefusal.notTheSame("it spends other coins")) {
            try await operations.take(cold.sign(others.inputs), for: 1)
        }
        await #expect(throws: PayoutRefusal.notTheSame("its lock time or sequences are others")) {
            try await operations.take(cold.sign(others.lockTime), for: 1)
        }
        let forged = ColdWallet.withAnotherSignature(try await cold.sign(psbt))
        await #expect { try await operations.take(forged, for: 1) } throws: {
            guard case .notTaken(let reason) = $0 as? PayoutRefusal else { return false }
            return reason.contains("ignature")
        }
        for garbage in [[], Array("garbage".utf8), [UInt8](repeating: 65, count: PSBT.textByteCountMax + 1)] {
            await #expect { try await operations.take(garbage, for: 1) } throws: {
                guard case .notAPSBT = $0 as? PayoutRefusal else { return false }
                return true
            }
        }
        await #expect { try await operations.take(Array("cHNidP8BAHECAAAA".utf8), for: 1) } throws: {
            guard case .notAPSBT = $0 as? PayoutRefusal else { return false }
            return true
        }
        await #expect(throws: PayoutRefusal.unknown) { try await operations.take(Array(psbt.text.utf8), for: 2) }
        #expect(try await state() == ["reserved"])
        // Nothing of that has spoilt it, and the bytes themselves are taken as well as base64.
        let text = try await cold.sign(psbt)
        let binary = try #require(Data(base64Encoded: String(decoding: text, as: UTF8.self)))
        _ = try await operations.take([UInt8](binary), for: 1)
        try await fixture.pay()
        #expect(try await state() == ["broadcast"])
    }

    @Test(
        arguments: [
            ("NONE", 0x02), ("SINGLE", 0x03), ("ALL|ANYONECANPAY", 0x81), ("NONE|ANYONECANPAY", 0x82),
        ] as [(String, UInt8)]
    )
    func aSignatureThatLetsOthersChangeItIsNotTaken(name: String, hashType: UInt8) async throws {
        let psbt = try await operations.export(1)
        let loose = try await cold.sign(psbt, as: name)
        let error = await #expect(throws: PayoutRefusal.self) { try await operations.take(loose, for: 1) }
        guard case .signedLoosely(input: 0, let coin, .part(hashType: hashType)) = error else {
            Issue.record("\(error.map { "\($0)" } ?? "taken")")
            return
        }
        let coins = try await fixture.pool.execute("SELECT coin_txid, coin_output FROM payout_coins")
        #expect(try coins.map { CoinReference(transaction: try $0.hash(0), output: try $0.integer(1)) } == [coin])
        #expect(error?.description.contains("input 0, which spends \(coin), is signed with \(name), so that") == true)
        #expect(try await state() == ["reserved"])
        _ = try await operations.take(cold.sign(psbt), for: 1)
        #expect(try await state() == ["signed"])
    }

    @Test func whatWasSentElsewhereIsTakenAllTheSame() async throws {
        let signed = try await cold.sign(try await operations.export(1))
        try await cold.send(signed)
        try await cold.generate(1)
        _ = try await operations.take(signed, for: 1)
        try await cold.generate(5)
        try await fixture.pay()
        try await fixture.pay()
        #expect(try await state() == ["confirmed"])
        #expect(try await cold.received(Example.addresses[0]) == fixture.statement(0).paid)
        try await fixture.expectSoundBooks()
    }

    @Test func whatNobodyHasSeenIsCancelledAndWhatWasHandedOutIsNot() async throws {
        try await operations.cancel(1)
        try await fixture.pay()
        #expect(try await state() == ["reserved", "cancelled"])
        let psbt = try await operations.export(2)
        await #expect { try await operations.cancel(2) } throws: {
            guard case .conflictUnproven = $0 as? PayoutRefusal else { return false }
            return true
        }
        // Its coins go elsewhere, so that nobody can ever send it.
        try await cold.spend(coinsOf: psbt)
        try await cold.generate(5)
        await #expect { try await operations.cancel(2) } throws: {
            guard case .conflictUnproven(let reason) = $0 as? PayoutRefusal else { return false }
            return reason.contains("5 deep, 6 are needed")
        }
        try await cold.generate(1)
        try await operations.cancel(2)
        try await fixture.expectSoundBooks("cancelled")
        try await fixture.pay()
        #expect(try await state() == ["reserved", "cancelled", "cancelled"])
        #expect(try await operations.export(3) != psbt)
    }

    @Test func whatWasSignedElsewhereAndIsNotMinedNeedsAPerson() async throws {
        let identifier = try await operations.take(try await cold.sign(try await operations.export(1)), for: 1)
        try await fixture.pay()
        #expect(try await state() == ["broadcast"])
        try await cold.prioritise(identifier.displayHex, by: -100_000_000)
        try await cold.generate(6)
        try await fixture.pay()
        #expect(try await state() == ["stuck"])
        let reason = try await fixture.pool.execute("SELECT reason FROM payouts")[0].text(0)
        #expect(reason == FeeRaise.Obstacle.signedElsewhere.rawValue)
        #expect(try await fixture.pool.execute("SELECT FROM payout_transactions").count == 1)
        try await cold.prioritise(identifier.displayHex, by: 200_000_000)
        try await cold.generate(6)
        try await fixture.pay()
        #expect(try await state() == ["confirmed"])
        try await fixture.expectSoundBooks()
    }

    @Test func whatIsHandedOutNeverChanges() async throws {
        _ = try await operations.export(1)
        for change in ["psbt = 'cHNidP8='", "network_fee = 0", "exported_at_ms = NULL", "exported_at_ms = 1"] {
            await #expect(throws: PostgresError.self) {
                try await fixture.pool.execute("UPDATE payout_handovers SET \(change)")
            }
        }
        await #expect(throws: PostgresError.self) { try await fixture.pool.execute("DELETE FROM payout_handovers") }
    }
}

/// An offline wallet with the keys, and one at the pool's node that only watches its addresses.
private final class ColdWallet: Sendable {
    private static let name = "cold"
    private static let watchingName = "watching"

    let watching: NodeWallet
    private let regtest: RegtestNode
    private let reward: String

    init() async throws {
        regtest = try await RegtestNode.start()
        let node = regtest.main
        try await node.rpc("createwallet", [.string(Self.name)])
        try await node.rpc("createwallet", [.string(Self.watchingName), true, true])
        var requests: [JSON] = []
        for _ in 0..<4 {
            let address = try await node.rpc("getnewaddress", ["", "bech32"], wallet: Self.name)
            let known = try await node.rpc("getaddressinfo", [address], wallet: Self.name)
            let descriptor = try #require(known["desc"])
            requests.append(["desc": descriptor, "timestamp": "now", "keypool": true, "watchonly": true])
        }
        try await node.rpc("importmulti", [.array(requests)], wallet: Self.watchingName)
        watching = NodeWallet(
            Wallet(node.endpoint, name: Self.watchingName, network: LedgerFixture.network, isWatchOnly: true)
        )
        reward = try await watching.rewardAddress().text
        let address = try #require(Address(reward, on: LedgerFixture.network))
        #expect(try await watching.owns(address))
    }

    func earnCoins() async throws {
        try await regtest.generate(2, to: reward)
        try await generate(104)
    }

    /// Blocks that pay somebody else.
    func generate(_ count: Int) async throws {
        try await regtest.generate(count, to: Example.addresses[100])
    }

    func sign(_ psbt: PSBT, as hashType: String = "ALL") async throws -> [UInt8] {
        let parameters: [JSON] = [.string(psbt.text), true, .string(hashType)]
        let signed = try await regtest.main.rpc("walletprocesspsbt", parameters, wallet: Self.name)
        #expect(signed["complete"] == true)
        return Array((signed["psbt"]?.string ?? "").utf8)
    }

    func send(_ signed: [UInt8]) async throws {
        let whole = try await regtest.rpc("finalizepsbt", .string(String(decoding: signed, as: UTF8.self)))
        try await regtest.rpc("sendrawtransaction", whole["hex"] ?? .null)
    }

    /// What the miner takes it to pay more, or less.
    func prioritise(_ txid: String, by units: Int) async throws {
        try await regtest.rpc("prioritisetransaction", .string(txid), 0, JSON(units))
    }

    func received(_ address: String) async throws -> UInt64? {
        let found = try await regtest.rpc("scantxoutset", "start", .array([.string("addr(\(address))")]))
        return found["total_amount"]?.number?.decimalUnits(places: 8)
    }

    /// Like a PSBT, but for one thing.
    func others(than psbt: PSBT) async throws -> (outputs: PSBT, inputs: PSBT, lockTime: PSBT) {
        let decoded = try await regtest.rpc("decodepsbt", .string(psbt.text))
        let tx = try #require(decoded["tx"])
        let inputs: [JSON] = (tx["vin"]?.array ?? []).map {
            ["txid": $0["txid"] ?? .null, "vout": $0["vout"] ?? .null]
        }
        var outputs: [JSON] = []
        for output in tx["vout"]?.array ?? [] {
            let address = try #require(output["scriptPubKey"]?["addresses"]?.array?.first?.string)
            var entry = JSONObject()
            entry[address] = output["value"]
            outputs.append(.object(entry))
        }
        let coins = try await regtest.main.rpc("listunspent", [], wallet: Self.name).array ?? []
        let other = try #require(coins.first { $0["txid"] != tx["vin"]?.array?.first?["txid"] })
        let otherInput: JSON = ["txid": other["txid"] ?? .null, "vout": other["vout"] ?? .null]
        return (
            try await make(inputs, Array(outputs.dropLast())), try await make([otherInput], outputs),
            try await make(inputs, outputs, lockTime: 1)
        )
    }

    private func make(_ inputs: [JSON], _ outputs: [JSON], lockTime: Int = 0) async throws -> PSBT {
        let text = try await regtest.rpc("createpsbt", .array(inputs), .array(outputs), JSON(lockTime), true)
        return try #require(PSBT(file: Array((text.string ?? "").utf8)))
    }

    /// Sends the coins of a payout somewhere else.
    func spend(coinsOf psbt: PSBT) async throws {
        let decoded = try await regtest.rpc("decodepsbt", .string(psbt.text))
        let tx = try #require(decoded["tx"])
        let inputs: [JSON] = (tx["vin"]?.array ?? []).map {
            ["txid": $0["txid"] ?? .null, "vout": $0["vout"] ?? .null]
        }
        var output = JSONObject()
        let amount = try #require(JSONNumber("49.9999"))
        output[Example.addresses[110]] = .number(amount)
        try await send(try await sign(try await make(inputs, [.object(output)])))
    }

    /// The same with a byte of its signature changed.
    static func withAnotherSignature(_ signed: [UInt8]) -> [UInt8] {
        guard let data = Data(base64Encoded: String(decoding: signed, as: UTF8.self)) else { return [] }
        var bytes = [UInt8](data)
        // A DER signature: 0x30, its length, 0x02, the length of r.
        for place in bytes.indices.dropLast(40)
        where bytes[place] == 0x30 && (0x43...0x46).contains(bytes[place + 1]) && bytes[place + 2] == 0x02 {
            bytes[place + 20] ^= 1
        }
        return bytes
    }
}
