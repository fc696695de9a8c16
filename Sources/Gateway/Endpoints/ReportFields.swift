import Hashing
import Messages

/// What a client sends of its work, read and checked.
struct ReportFields: Sendable {
    static let hashCountMax = 1_000
    /// Far more than a lease with its code has.
    static let binCharacterCountMax = 1_024

    let signedLease: [UInt8]
    let proofs: [Proof]
    /// The bin was searched to its end.
    let isDone: Bool

    init(_ fields: RequestFields) throws(APIError) {
        let expected = "the text under bin as POST /getbin gave it"
        let bin = try fields.requiredText("bin", expected, byteCountMax: Self.binCharacterCountMax)
        guard let lease = Base64URL.bytes(bin), !lease.isEmpty else { throw .invalid("bin", expected) }
        signedLease = lease
        isDone = try fields.flag("done")
        let elements = try fields.requiredObjects(
            "hashes",
            "a list of at most \(Self.hashCountMax) objects with extranonce2 and nonce, which may be empty",
            countMax: Self.hashCountMax
        )
        var proofs: [Proof] = []
        proofs.reserveCapacity(elements.count)
        for element in elements { proofs.append(try Self.proof(element)) }
        self.proofs = proofs
    }

    private static func proof(_ fields: RequestFields) throws(APIError) -> Proof {
        Proof(
            extranonce2: try fields.requiredUInt32("extranonce2"),
            nonce: try fields.requiredUInt32("nonce"),
            claimedHash: try fields.hash("hash")?.bytes ?? []
        )
    }
}
