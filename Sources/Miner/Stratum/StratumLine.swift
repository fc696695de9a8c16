import JSON

/// What we say to a pool, as lines of JSON.
enum StratumLine {
    static func request(id: UInt64, _ method: String, _ parameters: [JSON]) -> [UInt8] {
        line(["id": JSON(id), "method": JSON(method), "params": .array(parameters)])
    }

    /// To a call of the pool, under the id it came with.
    static func answer(id: JSON, _ result: JSON) -> [UInt8] {
        line(["id": id, "result": result, "error": nil])
    }

    /// -3 is what Stratum servers answer to a method they do not know.
    static func methodNotFound(id: JSON) -> [UInt8] {
        line(["id": id, "result": nil, "error": [-3, "Method not found", nil]])
    }

    private static func line(_ json: JSON) -> [UInt8] {
        json.encoded() + [UInt8(ascii: "\n")]
    }
}
