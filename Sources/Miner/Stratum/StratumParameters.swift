import Hashing
import JSON

/// Reads the parameters of a call by their place; more than are known are ignored.
struct StratumParameters {
    let values: [JSON]

    func text(_ place: Int, _ name: String) throws(PageError) -> String {
        guard values.indices.contains(place), let text = values[place].string else { throw .field(name) }
        return text
    }

    func bytes(_ place: Int, _ name: String, byteCountMax: Int) throws(PageError) -> [UInt8] {
        let text = try text(place, name)
        guard text.utf8.count <= 2 * byteCountMax, let bytes = Hex.bytes(text) else { throw .field(name) }
        return bytes
    }

    /// Up to eight hex digits: some pools leave out zeros at the beginning.
    func hexNumber32(_ place: Int, _ name: String) throws(PageError) -> UInt32 {
        let text = try text(place, name)
        guard (1...8).contains(text.utf8.count), text.allSatisfy(\.isHexDigit), let number = UInt32(text, radix: 16)
        else { throw .field(name) }
        return number
    }

    func hashes(_ place: Int, _ name: String, countMax: Int) throws(PageError) -> [Hash256] {
        guard values.indices.contains(place), let list = values[place].array, list.count <= countMax else {
            throw .field(name)
        }
        let hashes = list.compactMap { $0.string.flatMap { Hash256(hex: $0) } }
        guard hashes.count == list.count else { throw .field(name) }
        return hashes
    }

    func bool(_ place: Int, _ name: String) throws(PageError) -> Bool {
        guard values.indices.contains(place), let value = values[place].bool else { throw .field(name) }
        return value
    }
}
