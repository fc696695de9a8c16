internal import Hashing
package import JSON
internal import MiningDomain

/// A proof as it is published: of one leaf, and of the pool's fee, with what the pool says about the block beside it.
///
/// Height and scheme are the pool's word: no hash binds them.
package struct ProofDocument: Hashable, Sendable {
    package static let version: UInt64 = 1
    /// Bytes of a document: a path of 64 steps has some 11,000, and there are two.
    package static let byteCountMax = 65_536
    /// Neighbours on a path: as many as a tree of 2^64 leaves has levels.
    package static let stepCountMax = 64

    package let proof: CreditProof
    /// Of the same block's fee: without it nobody could say what the accounts have divided.
    package let fee: CreditProof
    package let height: UInt32
    /// How the reward was split; `nil` when the pool does not say.
    package let scheme: String?

    package init(proof: CreditProof, fee: CreditProof, height: UInt32, scheme: String?) {
        self.proof = proof
        self.fee = fee
        self.height = height
        self.scheme = scheme
    }

    package var json: JSON {
        [
            "version": JSON(Self.version),
            "block": JSON(proof.block.displayHex),
            "height": JSON(height),
            "reward": JSON(proof.reward.units),
            "scheme": scheme.map { JSON($0) } ?? nil,
            "work": JSON(proof.work.text),
            "leaf": [
                "kind": proof.leaf.account == nil ? "fee" : "account",
                "address": proof.leaf.account.map { JSON($0.description) } ?? nil,
                "work": JSON(proof.leaf.work.text),
                "amount": JSON(proof.leaf.amount.units),
                "salt": JSON(Hex.string(proof.leaf.salt)),
                "hash": JSON(proof.leafHash.hex),
            ],
            "leaf_index": JSON(proof.index),
            "leaf_count": JSON(proof.leafCount),
            "path": .array(proof.path.map { JSON($0) }),
            "fee": [
                "amount": JSON(fee.leaf.amount.units),
                "salt": JSON(Hex.string(fee.leaf.salt)),
                "hash": JSON(fee.leafHash.hex),
                "path": .array(fee.path.map { JSON($0) }),
            ],
            "root": JSON(proof.root.hex),
        ]
    }

    /// - Throws: `.malformed` for anything but what `json` gives; fields that are not known are ignored.
    package init(_ json: JSON) throws(ProofRefusal) {
        guard json["version"]?.uint64 == Self.version,
            let block = json["block"]?.string.flatMap({ Hash256(displayHex: $0) }),
            let height = json["height"]?.uint32,
            let reward = json["reward"]?.uint64,
            let work = json["work"]?.string.flatMap({ Work(text: $0) }),
            let leaf = json["leaf"],
            let leafHash = leaf["hash"]?.string.flatMap({ Hash256(hex: $0) }),
            let index = json["leaf_index"]?.uint64.flatMap({ Int(exactly: $0) }),
            let count = json["leaf_count"]?.uint64.flatMap({ Int(exactly: $0) }),
            let path = json["path"], let fee = json["fee"], let feePath = fee["path"],
            let feeAmount = fee["amount"]?.uint64,
            let feeSalt = fee["salt"]?.string.flatMap({ Hex.bytes($0) }), feeSalt.count == CreditLeaf.saltByteCount,
            let feeHash = fee["hash"]?.string.flatMap({ Hash256(hex: $0) }),
            let root = json["root"]?.string.flatMap({ Hash256(hex: $0) })
        else { throw .malformed }
        let proof = CreditProof(
            block: block,
            leaf: try CreditLeaf(leaf),
            leafHash: leafHash,
            index: index,
            leafCount: count,
            path: try Self.steps(path),
            work: work,
            reward: Amount(units: reward),
            root: root
        )
        let feeLeaf = CreditLeaf(account: nil, work: .zero, amount: Amount(units: feeAmount), salt: feeSalt)
        self.init(
            proof: proof,
            fee: proof.beside(feeLeaf, hash: feeHash, path: try Self.steps(feePath)),
            height: height,
            scheme: json["scheme"]?.string
        )
    }

    private static func steps(_ json: JSON) throws(ProofRefusal) -> [CreditProof.Step] {
        guard let steps = json.array, steps.count <= stepCountMax else { throw .malformed }
        return try steps.map { json throws(ProofRefusal) in try CreditProof.Step(json) }
    }

    /// - Throws: `.malformed` for what is too large or no JSON too.
    package init(parsing bytes: [UInt8]) throws(ProofRefusal) {
        guard bytes.count <= Self.byteCountMax, let json = try? JSON(parsing: bytes) else { throw .malformed }
        try self.init(json)
    }
}

extension CreditLeaf {
    fileprivate init(_ json: JSON) throws(ProofRefusal) {
        guard let work = json["work"]?.string.flatMap({ Work(text: $0) }),
            let amount = json["amount"]?.uint64,
            let salt = json["salt"]?.string.flatMap({ Hex.bytes($0) }), salt.count == Self.saltByteCount
        else { throw .malformed }
        let account: AccountName?
        switch (json["kind"]?.string, json["address"]?.string) {
        case ("fee", nil): account = nil
        case ("account", let text?):
            account = AccountName(text)
            guard account != nil else { throw .malformed }
        case _: throw .malformed
        }
        self.init(account: account, work: work, amount: Amount(units: amount), salt: salt)
    }
}

extension JSON {
    fileprivate init(_ step: CreditProof.Step) {
        self = [
            "side": JSON(step.side.rawValue),
            "hash": JSON(step.sum.hash.hex),
            "work": JSON(step.sum.work.text),
            "amount": JSON(step.sum.amount.units),
        ]
    }
}

extension CreditProof.Step {
    fileprivate init(_ json: JSON) throws(ProofRefusal) {
        guard let side = json["side"]?.string.flatMap({ CreditProof.Side(rawValue: $0) }),
            let hash = json["hash"]?.string.flatMap({ Hash256(hex: $0) }),
            let work = json["work"]?.string.flatMap({ Work(text: $0) }),
            let amount = json["amount"]?.uint64
        else { throw .malformed }
        self.init(side: side, sum: ProofSum(hash: hash, work: work, amount: Amount(units: amount)))
    }
}

extension Work {
    /// Decimal text: work is past what programs read as a JSON number.
    fileprivate var text: String { String(hashes) }

    /// - Returns: `nil` unless `text` is exactly what `text` gives for some work: there is no second spelling.
    fileprivate init?(text: String) {
        guard let hashes = UInt128(text), String(hashes) == text else { return nil }
        self.init(hashes: hashes)
    }
}
