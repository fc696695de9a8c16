import BlockFormat
import Testing

@Suite struct InputUnlockingTests {
    private static let key = [UInt8](repeating: 2, count: 33)
    private static let toKeyHash: [UInt8] = [0, 20] + [UInt8](repeating: 7, count: 20)
    private static let taproot: [UInt8] = [0x51, 0x20] + [UInt8](repeating: 7, count: 32)
    private static let toScriptHash: [UInt8] = [0xa9, 20] + [UInt8](repeating: 7, count: 20) + [0x87]

    /// Of the form of one, with a type behind.
    private static func signature(_ type: UInt8, byteCount: Int = 71) -> [UInt8] {
        [0x30, UInt8(byteCount - 3), 0x02] + [UInt8](repeating: 9, count: byteCount - 4) + [type]
    }

    private static func push(_ items: [UInt8]...) -> [UInt8] {
        items.flatMap { $0.count > 75 ? [0x4c, UInt8($0.count)] + $0 : [UInt8($0.count)] + $0 }
    }

    @Test(
        arguments: [
            (1, .whole, "ALL"), (2, .part(hashType: 2), "NONE"), (3, .part(hashType: 3), "SINGLE"),
            (0x81, .part(hashType: 0x81), "ALL|ANYONECANPAY"), (0x82, .part(hashType: 0x82), "NONE|ANYONECANPAY"),
            (0x83, .part(hashType: 0x83), "SINGLE|ANYONECANPAY"), (0, .part(hashType: 0), "type 0"),
            (0x41, .part(hashType: 0x41), "type 65"),
        ] as [(UInt8, SignatureScope, String)]
    )
    func theTypeOfASignatureIsRead(type: UInt8, scope: SignatureScope, name: String) {
        for byteCount in [9, 71, 72, 73] {
            let signature = Self.signature(type, byteCount: byteCount)
            let byWitness = InputUnlocking(scriptSignature: [], witness: [signature, Self.key])
            #expect(byWitness.scope(spending: Self.toKeyHash) == scope)
            #expect(byWitness.scope(spending: Self.toKeyHash).description == name)
            let wrapped = InputUnlocking(scriptSignature: Self.push(Self.toKeyHash), witness: [signature, Self.key])
            #expect(wrapped.scope(spending: Self.toScriptHash) == scope)
            let byScript = InputUnlocking(scriptSignature: Self.push(signature, Self.key), witness: [])
            #expect(byScript.scope(spending: [0x76, 0xa9]) == scope)
        }
    }

    @Test func oneLooseSignatureOfSeveralIsEnough() {
        let signatures = [Self.signature(1), Self.signature(0x82), Self.signature(2)]
        let script: [UInt8] = [0x52] + Self.push(Self.key, Self.key) + [0x52, 0xae]
        let byScript = InputUnlocking(
            scriptSignature: [0] + signatures.flatMap { Self.push($0) } + Self.push(script),
            witness: []
        )
        #expect(byScript.scope(spending: Self.toScriptHash) == .part(hashType: 0x82))
        let byWitness = InputUnlocking(scriptSignature: [], witness: [[]] + signatures + [script])
        #expect(byWitness.scope(spending: [0, 32] + [UInt8](repeating: 7, count: 32)) == .part(hashType: 0x82))
    }

    @Test(
        arguments: [
            (64, 9, .whole), (65, 1, .whole), (65, 2, .part(hashType: 2)), (65, 0x81, .part(hashType: 0x81)),
            (65, 0, .part(hashType: 0)), (63, 1, .unknown), (66, 1, .unknown), (0, 0, .unknown),
        ] as [(Int, UInt8, SignatureScope)]
    )
    func ofTaprootTheLengthCounts(byteCount: Int, last: UInt8, scope: SignatureScope) {
        let signature = [UInt8](repeating: 9, count: max(0, byteCount - 1)) + (byteCount > 0 ? [last] : [])
        #expect(InputUnlocking(scriptSignature: [], witness: [signature]).scope(spending: Self.taproot) == scope)
    }

    @Test(
        arguments: [
            (.init(scriptSignature: [], witness: []), toKeyHash),
            (.init(scriptSignature: [], witness: [key]), toKeyHash),
            (.init(scriptSignature: [0x76], witness: [signature(1), key]), toKeyHash),
            (.init(scriptSignature: [75, 1], witness: []), toKeyHash),
            (.init(scriptSignature: [0x4c], witness: []), toKeyHash),
            (.init(scriptSignature: [0x4d, 1], witness: []), toKeyHash),
            (.init(scriptSignature: [], witness: [signature(1)]), taproot),
            (.init(scriptSignature: [], witness: [[UInt8](repeating: 9, count: 64), [0x50]]), taproot),
        ] as [(InputUnlocking, [UInt8])]
    )
    func whatIsNotKnownIsNotTakenForWhole(unlocking: InputUnlocking, script: [UInt8]) {
        #expect(unlocking.scope(spending: script) == .unknown)
    }
}
