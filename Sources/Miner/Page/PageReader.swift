import Hashing
import JSON
import MiningDomain

/// Why an answer is not what the miners' page says.
enum PageError: Error, Hashable, CustomStringConvertible {
    case notJSON(String)
    case field(String)
    /// Well-formed, but past what this miner can work with.
    case unsupported(String)

    var description: String {
        switch self {
        case .notJSON(let reason): "not JSON: \(reason)"
        case .field(let name): "field \(name) is missing or malformed"
        case .unsupported(let what): what
        }
    }
}

/// Reads the fields of one object; unknown fields are ignored, as the page demands.
struct PageReader {
    let json: JSON

    init(_ json: JSON) {
        self.json = json
    }

    init(parsing bytes: [UInt8]) throws(PageError) {
        do throws(JSONError) {
            json = try JSON(parsing: bytes)
        } catch {
            throw .notJSON("\(error)")
        }
    }

    func text(_ key: String) throws(PageError) -> String {
        try value(key, json[key]?.string)
    }

    func number(_ key: String) throws(PageError) -> UInt64 {
        try value(key, json[key]?.uint64)
    }

    /// - Returns: `nil` when it is not there, as on pages of before it was.
    func optionalNumber(_ key: String) throws(PageError) -> UInt64? {
        json[key] == nil ? nil : try number(key)
    }

    func number32(_ key: String) throws(PageError) -> UInt32 {
        try value(key, json[key]?.uint32)
    }

    func bytes(_ key: String, byteCountMax: Int) throws(PageError) -> [UInt8] {
        let text = try text(key)
        guard text.utf8.count <= 2 * byteCountMax else { throw .field(key) }
        return try value(key, Hex.bytes(text))
    }

    /// Eight hex digits or fewer bytes, as a big-endian number.
    func hexNumber32(_ key: String) throws(PageError) -> UInt32 {
        try bytes(key, byteCountMax: 4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    func target(_ key: String) throws(PageError) -> Target {
        try value(key, Target(bigEndian: try bytes(key, byteCountMax: UInt256.byteCount)))
    }

    func objects(_ key: String) throws(PageError) -> [PageReader] {
        try value(key, json[key]?.array).map(PageReader.init)
    }

    func object(_ key: String) throws(PageError) -> PageReader {
        guard let member = json[key], member.object != nil else { throw .field(key) }
        return PageReader(member)
    }

    private func value<Value>(_ key: String, _ value: Value?) throws(PageError) -> Value {
        guard let value else { throw .field(key) }
        return value
    }
}
