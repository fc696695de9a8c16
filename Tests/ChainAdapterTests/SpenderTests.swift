import BlockFormat
import ChainAdapter
import Hashing
import JSON
import Synchronization
import TestSupport
import Testing

/// Who spends a coin, in a wallet that has sent much.
@Suite struct SpenderTests {
    private static let coin = CoinReference(transaction: .zero, output: 7)

    private static func hash(_ number: Int) -> Hash256 {
        Hash256.sha256d(of: (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
    }

    /// A wallet that has sent `count` transactions, a block each, of which number `spender` spends the coin.
    private static func node(count: Int, spender: Int?, conflicts: [Int] = []) throws -> ScriptedNode {
        let name = Dictionary(uniqueKeysWithValues: (0..<count).map { (hash($0).displayHex, $0) })
        return try ScriptedNode { method, parameters in
            switch method {
            case "listwallets": return .result([""])
            case "listtransactions":
                let (size, skipped) = (Int(parameters[1].int64 ?? 0), Int(parameters[2].int64 ?? 0))
                let end = max(0, count - skipped)
                return .result(
                    .array(
                        (max(0, end - size)..<end).map {
                            ["txid": .string(hash($0).displayHex), "category": "send", "blockheight": JSON($0)]
                        }
                    )
                )
            case "gettransaction":
                guard let number = parameters[0].string.flatMap({ name[$0] }) else {
                    return .error(code: -5, message: "Invalid or non-wallet transaction id")
                }
                let output = number == spender ? 7 : 8
                return .result([
                    "confirmations": JSON(count - number), "hex": "00",
                    "walletconflicts": .array(conflicts.map { .string(hash($0).displayHex) }),
                    "decoded": [
                        "vsize": 100, "vin": [["txid": .string(Hash256.zero.displayHex), "vout": JSON(output)]],
                        "vout": [],
                    ],
                ])
            case _: return nil
            }
        }
    }

    private static func spenders(
        _ node: ScriptedNode,
        against: [Int] = [],
        since height: UInt32,
        countMax: Int = Wallet.searchCountMax
    ) async throws -> [Hash256] {
        try await Wallet(node.endpoint(), name: "", network: node.network)
            .spenders(of: [coin], against: against.map(hash), since: height, countMax: countMax).map(\.transaction)
    }

    @Test(arguments: [(2_500, 0, 0), (2_500, 1_499, 1_000), (2_500, 2_499, 0), (900, 3, 0), (3_000, 0, 0)])
    func itIsFoundHoweverFarBack(count: Int, spender: Int, height: Int) async throws {
        let node = try Self.node(count: count, spender: spender)
        #expect(try await Self.spenders(node, since: UInt32(height)) == [Self.hash(spender)])
    }

    @Test func blocksBeforeThatAreNotLookedThrough() async throws {
        let node = try Self.node(count: 5_000, spender: 10)
        #expect(try await Self.spenders(node, since: 4_500) == [])
        #expect(node.calls.elements.count { $0 == "gettransaction" } == 500)
        #expect(node.calls.elements.count { $0 == "listtransactions" } <= 2)
    }

    @Test func whatTheWalletItselfCallsAConflictIsLookedAtFirst() async throws {
        let node = try Self.node(count: 5_000, spender: 10, conflicts: [10])
        #expect(try await Self.spenders(node, against: [4_000], since: 0).contains(Self.hash(10)))
        #expect(!node.calls.elements.contains("listtransactions"))
    }

    @Test func moreThanCanBeLookedThroughIsRefusedForGood() async throws {
        let node = try Self.node(count: 101, spender: nil)
        #expect(try await Self.spenders(node, since: 0, countMax: 101) == [])
        await #expect { try await Self.spenders(node, since: 0, countMax: 100) } throws: {
            guard case .refused(_, let message) = $0 as? NodeError else { return false }
            return message.contains("more than 100 transactions")
        }
    }
}
