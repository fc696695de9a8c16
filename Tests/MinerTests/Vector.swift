import Foundation
import Hashing
import JSON
import MiningDomain

@testable import Miner

/// `Vectors/page.json`: answers as the miners' page gives them, and what Python's hashlib makes of them.
struct Vector {
    let json: JSON

    static func load() throws -> Vector {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/page.json")
        return Vector(json: try JSON(parsing: Array(try Data(contentsOf: file))))
    }

    var job: JSON { json["job"] ?? .null }
    var bin: JSON { json["bin"] ?? .null }

    /// By the miner's clock that never goes back.
    static let nowMs: UInt64 = 7_000_000

    func assignment(receivedAtMs: UInt64 = 1_790_000_003_000) throws -> Assignment {
        Assignment(
            bin: try PoolBin(PageReader(bin)),
            job: try PoolJob(PageReader(job)),
            receivedAtMs: receivedAtMs,
            nowMs: Self.nowMs
        )
    }
}

extension JSON {
    /// The same object with one field put in, or taken out for `nil`.
    func with(_ key: String, _ value: JSON?) -> JSON {
        var object = self.object ?? JSONObject()
        object[key] = value
        return .object(object)
    }
}
