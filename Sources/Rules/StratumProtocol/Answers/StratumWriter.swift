internal import Hashing

/// Writes answers and notices as lines, at the end of a buffer that the caller keeps.
package enum StratumWriter {
    /// Bytes of an extranonce2, as every job of the pool has them.
    package static let extranonce2ByteCount = 4
    /// The id of what the pool asks; answers to it are recognised by what they are.
    private static let ownID = RequestID.number(1)

    /// `{"id":…,"result":true,"error":null}`: the answer to an accepted share, among others.
    package static func appendTrue(_ id: RequestID, to bytes: inout [UInt8]) {
        appendResult(id, "true", to: &bytes)
    }

    package static func append(_ error: StratumError, _ id: RequestID, to bytes: inout [UInt8]) {
        appendID(id, to: &bytes)
        bytes.append(contentsOf: #","result":null,"error":["#.utf8)
        bytes.append(decimal: UInt64(error.code))
        bytes.append(contentsOf: ",\"".utf8)
        bytes.append(contentsOf: error.text.utf8)
        bytes.append(contentsOf: "\",null]}\n".utf8)
    }

    /// The answer to `mining.subscribe`.
    ///
    /// - Parameters:
    ///   - id: The request's.
    ///   - session: What the session is resumed by: letters and digits.
    ///   - extranonce1: Its own part of every job's search space.
    ///   - bytes: Where the line is added.
    package static func appendSubscribed(
        _ id: RequestID,
        session: String,
        extranonce1: UInt32,
        to bytes: inout [UInt8]
    ) {
        appendID(id, to: &bytes)
        bytes.append(contentsOf: #","result":[[["mining.set_difficulty",""#.utf8)
        bytes.append(contentsOf: session.utf8)
        bytes.append(contentsOf: #""],["mining.notify",""#.utf8)
        bytes.append(contentsOf: session.utf8)
        bytes.append(contentsOf: #""]],""#.utf8)
        bytes.append(hex: extranonce1)
        bytes.append(contentsOf: "\",".utf8)
        bytes.append(decimal: UInt64(extranonce2ByteCount))
        bytes.append(contentsOf: "],\"error\":null}\n".utf8)
    }

    package static func appendPong(_ id: RequestID, to bytes: inout [UInt8]) {
        appendResult(id, "\"pong\"", to: &bytes)
    }

    /// The answer to `mining.get_transactions`: each in hex, in the block's order, without the coinbase.
    package static func append(transactions: [[UInt8]], _ id: RequestID, to bytes: inout [UInt8]) {
        appendID(id, to: &bytes)
        bytes.append(contentsOf: #","result":["#.utf8)
        for (place, transaction) in transactions.enumerated() {
            bytes.append(contentsOf: place > 0 ? ",\"".utf8 : "\"".utf8)
            bytes.append(contentsOf: Hex.string(transaction).utf8)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(contentsOf: "],\"error\":null}\n".utf8)
    }

    /// Asks for the miner's program and its version.
    package static func appendGetVersion(to bytes: inout [UInt8]) {
        appendCall("client.get_version", id: ownID, to: &bytes) { _ in }
    }

    /// The answer with `result`, which is JSON.
    static func appendResult(_ id: RequestID, _ result: String, to bytes: inout [UInt8]) {
        appendID(id, to: &bytes)
        bytes.append(contentsOf: #","result":"#.utf8)
        bytes.append(contentsOf: result.utf8)
        bytes.append(contentsOf: ",\"error\":null}\n".utf8)
    }

    static func appendCall(
        _ method: String,
        id: RequestID = .null,
        to bytes: inout [UInt8],
        params: (inout [UInt8]) -> Void
    ) {
        appendID(id, to: &bytes)
        bytes.append(contentsOf: #","method":""#.utf8)
        bytes.append(contentsOf: method.utf8)
        bytes.append(contentsOf: #"","params":["#.utf8)
        params(&bytes)
        bytes.append(contentsOf: "]}\n".utf8)
    }

    static func appendID(_ id: RequestID, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"id":"#.utf8)
        id.append(to: &bytes)
    }
}
