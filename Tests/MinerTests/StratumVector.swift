import Foundation
import Hashing
import JSON
import Testing

@testable import Miner

/// `Vectors/stratum.json`: blocks of real chains as the jobs they could have come from, with what Python's hashlib and
/// fractions make of them.
struct StratumVector {
    struct Block: Sendable, CustomTestStringConvertible {
        let json: JSON

        var testDescription: String { "\(text("network")) \(json["height"]?.uint64 ?? 0)" }
        var algorithm: ProofAlgorithm { ProofAlgorithm(rawValue: text("algorithm")) ?? .scrypt }
        var notify: String { text("notify") }
        var jobID: String { (try? JSON(parsing: Array(notify.utf8)))?["params"]?.array?.first?.string ?? "" }
        var extranonce2Size: UInt64 { json["extranonce2_size"]?.uint64 ?? 0 }
        var extranonce2: UInt64 { UInt64(text("extranonce2"), radix: 16) ?? 0 }
        var nonce: UInt32 { UInt32(text("nonce"), radix: 16) ?? 0 }
        var heightInCoinbase: UInt32? { json["height_in_coinbase"]?.uint32 }
        var subscription: String {
            #"{"id":1,"result":[[["mining.set_difficulty","s1"],["mining.notify","s1"]],""# + text("extranonce1")
                + #"","# + "\(extranonce2Size)" + #"],"error":null}"#
        }

        func text(_ key: String) -> String { json[key]?.string ?? "" }
    }

    static let all: JSON = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/stratum.json")
        guard let data = try? Data(contentsOf: file), let json = try? JSON(parsing: Array(data)) else { return .null }
        return json
    }()

    static let blocks = (all["blocks"]?.array ?? []).map(Block.init)
}
