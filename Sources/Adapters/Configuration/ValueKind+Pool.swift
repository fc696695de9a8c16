import BlockFormat
import Cryptography
import Hashing

extension ValueKind where Value == Network {
    static var network: Self {
        let names = Network.all.map(\.name)
        return Self(
            allowed: "one of \(names.joined(separator: ", "))",
            read: { Network.named($0) },
            write: { $0.name.asYAML }
        )
    }
}

extension ValueKind where Value == Secret<[UInt8]>? {
    /// Random bytes in hex; empty: none.
    static func secretBytes(count: Int) -> Self {
        Self(
            allowed: "\(count) bytes in hex (\(2 * count) digits), or empty",
            isSecret: true,
            read: { text in
                guard !text.isEmpty else { return .some(nil) }
                return Hex.bytes(text).flatMap { $0.count == count ? .some(Secret($0)) : nil }
            },
            write: { ($0.map { Hex.string($0.exposed) } ?? "").asYAML }
        )
    }
}
