import JSON

/// Reading JSON: a block template, which every millisecond of waiting for new work contains, and a miner's report.
struct JSONSection: BenchSection {
    let name = "json"
    let about = "bytes of JSON read and written per second of one core"

    /// Transactions of 500 bytes each: about 3.4 MB of text, as of a full block.
    private static let transactionCount = 2_500

    func run() async throws -> JSON {
        let template = Self.template.encoded()
        let report = Self.report.encoded()
        let value = try JSON(parsing: template)
        return [
            "template": Self.figures(template) { _ = try? JSON(parsing: template) },
            "report": Self.figures(report) { _ = try? JSON(parsing: report) },
            "template_written": Self.figures(template) { _ = value.encoded() },
        ]
    }

    private static func figures(_ bytes: [UInt8], _ work: () -> Void) -> JSON {
        let rate = Rate(of: 1, work).perCPUSecond
        return [
            "bytes": JSON(bytes.count),
            "nanoseconds": JSON(UInt64(1_000_000_000 / rate)),
            "megabytes_per_cpu_second": JSON(UInt64(rate * Double(bytes.count) / 1_000_000)),
        ]
    }

    private static var template: JSON {
        let hash = String(repeating: "0123456789abcdef", count: 4)
        let transaction: JSON = [
            "data": JSON(String(repeating: "0123456789abcdef", count: 1_000 / 16)), "txid": JSON(hash),
            "hash": JSON(hash),
            "depends": [1, 2], "fee": 1_234, "sigops": 4, "weight": 2_000,
        ]
        return [
            "version": 536_870_912, "previousblockhash": JSON(hash), "coinbasevalue": 1_250_000_000,
            "height": 3_000_000,
            "transactions": .array([JSON](repeating: transaction, count: transactionCount)),
        ]
    }

    private static var report: JSON {
        [
            "public_key": JSON(String(repeating: "02", count: 33)), "id": JSON(String(repeating: "a", count: 80)),
            "bin": JSON(String(repeating: "b", count: 200)), "hashes": [["extranonce2": 0, "nonce": 77]], "done": false,
        ]
    }
}
