import BlockFormat
import Foundation
import Hashing
import JSON
import MiningDomain
import Testing

/// Blocks and templates of real nodes, read from the files beside the tests.
enum Vectors {
    struct Block {
        let network: Network
        let height: UInt32
        let hash: Hash256
        let header: [UInt8]
        /// Without witness.
        let coinbase: [UInt8]
        let transactions: [(identifier: Hash256, bytes: [UInt8])]
        let segwit: Bool
        let tail: [UInt8]
        /// The whole block as the node stores it.
        let bytes: [UInt8]
    }

    static func blocks() throws -> [Block] {
        try #require(try json("blocks.json").array).map { block in
            Block(
                network: try network(block["network"]),
                height: try #require(block["height"]?.uint32),
                hash: try hash(block["hash"]),
                header: try bytes(block["header"]),
                coinbase: try bytes(block["coinbase"]),
                transactions: try #require(block["transactions"]?.array).map { transaction in
                    (
                        try hash(transaction["txid"]),
                        try bytes(transaction["data"])
                    )
                },
                segwit: try #require(block["segwit"]?.bool as Bool?),
                tail: try bytes(block["tail"]),
                bytes: try bytes(block["block"])
            )
        }
    }

    /// A template as `getblocktemplate` gave it.
    static func template(_ name: String, on network: Network) throws -> BlockTemplate {
        let answer = try json(name)
        return try BlockTemplate(
            version: try #require(answer["version"]?.uint32),
            previousHash: try hash(answer["previousblockhash"]),
            height: try #require(answer["height"]?.uint32),
            bits: try bits(answer["bits"]),
            currentTime: try #require(answer["curtime"]?.uint32),
            minimumTime: try #require(answer["mintime"]?.uint32),
            coinbaseValue: Amount(units: try #require(answer["coinbasevalue"]?.uint64)),
            transactions: try #require(answer["transactions"]?.array).map { transaction in
                BlockTemplate.Transaction(
                    bytes: try bytes(transaction["data"]),
                    identifier: try hash(transaction["txid"])
                )
            },
            defaultWitnessCommitment: try answer["default_witness_commitment"].map { try bytes($0) },
            extensionBlock: try answer["mweb"].map { try bytes($0) },
            longPollID: answer["longpollid"]?.string,
            rules: try #require(answer["rules"]?.array).compactMap(\.string),
            on: network
        )
    }

    static func bytes(named name: String) throws -> [UInt8] {
        let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        return try #require(Hex.bytes(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    private static func json(_ name: String) throws -> JSON {
        try JSON(parsing: Array(try Data(contentsOf: folder.appending(path: name))))
    }

    private static func string(_ json: JSON?) throws -> String {
        try #require(json?.string)
    }

    private static func hash(_ json: JSON?) throws -> Hash256 {
        try required(Hash256(displayHex: try string(json)))
    }

    private static func network(_ json: JSON?) throws -> Network {
        try required(Network.named(try string(json)))
    }

    private static func bits(_ json: JSON?) throws -> UInt32 {
        try required(UInt32(try string(json), radix: 16))
    }

    private static func required<Value>(_ value: Value?) throws -> Value {
        try #require(value)
    }

    private static func bytes(_ json: JSON?) throws -> [UInt8] {
        try required(Hex.bytes(try string(json)))
    }

    private static var folder: URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors")
    }
}
