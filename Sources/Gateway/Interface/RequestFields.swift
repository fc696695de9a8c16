import Hashing
import JSON

/// Reads the fields of a request; every refusal names its field, and unknown fields are ignored.
struct RequestFields {
    /// Requests are flat but for a list of hashes.
    private static let depthMax = 16

    private let object: JSONObject
    /// What stands before each name in a refusal, such as `hashes[3].`.
    private let prefix: String

    init(parsing body: [UInt8]) throws(APIError) {
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: body, depthMax: Self.depthMax)
        } catch {
            throw .malformedJSON("\(error)")
        }
        guard let object = json.object else { throw .malformedJSON("it is another kind of value") }
        self.init(object, prefix: "")
    }

    /// The fields of an address, all of them texts.
    init(query: [String: String]) {
        var object = JSONObject()
        for (key, value) in query { object[key] = JSON(value) }
        self.init(object, prefix: "")
    }

    private init(_ object: JSONObject, prefix: String) {
        self.object = object
        self.prefix = prefix
    }

    /// The field's name as refusals call it.
    func name(_ key: String) -> String { prefix + key }

    /// `nil` when the field is absent or null.
    func text(_ key: String, _ expected: String, byteCountMax: Int) throws(APIError) -> String? {
        guard let value = present(key) else { return nil }
        guard let text = value.string, text.utf8.count <= byteCountMax else { throw .invalid(name(key), expected) }
        return text
    }

    func requiredText(_ key: String, _ expected: String, byteCountMax: Int) throws(APIError) -> String {
        guard let text = try text(key, expected, byteCountMax: byteCountMax) else {
            throw .missing(name(key), expected)
        }
        return text
    }

    func requiredUInt32(_ key: String) throws(APIError) -> UInt32 {
        let expected = "a whole number from 0 to 4294967295"
        guard let value = present(key) else { throw .missing(name(key), expected) }
        guard let number = value.uint32 else { throw .invalid(name(key), expected) }
        return number
    }

    /// A measured quantity, which may have a fraction: it is rounded down.
    ///
    /// `nil` when the field is absent or null.
    func quantity(_ key: String, _ expected: String, max: UInt64) throws(APIError) -> UInt64? {
        guard let value = present(key) else { return nil }
        guard let number = value.number?.double, number >= 0, number <= Double(max) else {
            throw .invalid(name(key), expected)
        }
        return UInt64(number)
    }

    func flag(_ key: String) throws(APIError) -> Bool {
        guard let value = present(key) else { return false }
        guard let flag = value.bool else { throw .invalid(name(key), "true or false") }
        return flag
    }

    /// Either case is read; `nil` when the field is absent or null.
    func hash(_ key: String) throws(APIError) -> Hash256? {
        let expected = "64 hex digits"
        guard let text = try text(key, expected, byteCountMax: 2 * Hash256.byteCount) else { return nil }
        guard let hash = Hash256(hex: text) else { throw .invalid(name(key), expected) }
        return hash
    }

    func requiredObjects(_ key: String, _ expected: String, countMax: Int) throws(APIError) -> [RequestFields] {
        guard let value = present(key) else { throw .missing(name(key), expected) }
        guard let array = value.array, array.count <= countMax else { throw .invalid(name(key), expected) }
        var elements: [RequestFields] = []
        elements.reserveCapacity(array.count)
        for (position, element) in array.enumerated() {
            let element = element.object.map { RequestFields($0, prefix: "\(name(key))[\(position)].") }
            guard let element else {
                throw .invalid("\(name(key))[\(position)]", "an object with extranonce2 and nonce")
            }
            elements.append(element)
        }
        return elements
    }

    private func present(_ key: String) -> JSON? {
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }
}
