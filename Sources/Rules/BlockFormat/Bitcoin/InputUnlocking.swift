/// What an input gives so that it may spend its coin.
package struct InputUnlocking: Hashable, Sendable {
    package let scriptSignature: [UInt8]
    package let witness: [[UInt8]]

    package init(scriptSignature: [UInt8], witness: [[UInt8]]) {
        self.scriptSignature = scriptSignature
        self.witness = witness
    }

    /// How much of the transaction its signatures hold fast; whether they are valid is for the node to say.
    ///
    /// `script` is of the coin that it spends.
    package func scope(spending script: [UInt8]) -> SignatureScope {
        if script.count == 34, script.starts(with: [0x51, 0x20]) { return taprootScope }
        guard let pushes = Self.pushes(scriptSignature) else { return .unknown }
        let types = (pushes + witness).filter(Self.isSignature).compactMap(\.last)
        guard !types.isEmpty else { return .unknown }
        return types.first { $0 != SignatureScope.all }.map { .part(hashType: $0) } ?? .whole
    }

    /// By its key alone (BIP 341): 64 bytes are DEFAULT, which covers what ALL does, and a 65th names another.
    private var taprootScope: SignatureScope {
        guard scriptSignature.isEmpty, witness.count == 1 else { return .unknown }
        switch witness[0].count {
        case 64: return .whole
        case 65: return witness[0][64] == SignatureScope.all ? .whole : .part(hashType: witness[0][64])
        case _: return .unknown
        }
    }

    /// Strict DER (BIP 66), as every valid one is, and a byte for its type: no key and no script begins like that.
    private static func isSignature(_ item: [UInt8]) -> Bool {
        (9...73).contains(item.count) && item[0] == 0x30 && Int(item[1]) == item.count - 3 && item[2] == 0x02
    }

    /// - Returns: `nil` for a script that does anything but push, which nodes do not relay.
    private static func pushes(_ script: [UInt8]) -> [[UInt8]]? {
        var pushes: [[UInt8]] = []
        var rest = script[...]
        while let code = rest.popFirst() {
            let count: Int
            switch code {
            case 0...75: count = Int(code)
            case 0x4c:  // OP_PUSHDATA1
                guard let low = rest.popFirst() else { return nil }
                count = Int(low)
            case 0x4d:  // OP_PUSHDATA2
                guard let low = rest.popFirst(), let high = rest.popFirst() else { return nil }
                count = Int(high) << 8 | Int(low)
            case 0x4f, 0x51...0x60: count = 0  // a small number
            case _: return nil
            }
            guard count <= rest.count else { return nil }
            pushes.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pushes
    }
}

/// What the signatures of one input cover.
package enum SignatureScope: Hashable, Sendable {
    /// SIGHASH_ALL.
    static let all: UInt8 = 1

    /// All inputs and all outputs: nobody can change anything.
    case whole
    /// Less than that; the first such signature's type.
    case part(hashType: UInt8)
    /// There is no signature, or none that is known.
    case unknown
}

extension SignatureScope: CustomStringConvertible {
    package var description: String {
        switch self {
        case .whole: "ALL"
        case .part(let hashType): Self.name(of: hashType)
        case .unknown: "a signature that is not known"
        }
    }

    private static func name(of hashType: UInt8) -> String {
        let base = [1: "ALL", 2: "NONE", 3: "SINGLE"][hashType & 0x7f] ?? "type \(hashType & 0x7f)"
        return hashType & 0x80 == 0 ? base : base + "|ANYONECANPAY"
    }
}
