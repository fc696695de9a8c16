import Hashing
import JSON
import Ledger
import MiningDomain
import Testing

/// A pool that lies: whatever it changes is refused by name.
@Suite struct LyingPoolTests {
    private static let block = Hash256.sha256(of: [1])

    private static func tree(_ block: Hash256 = block, count: Int = 7, bonus: UInt64 = 0) throws -> CreditTree {
        let entries = try (0..<count).map { number in
            BlockCredits.Entry(
                account: try #require(AccountName("miner\(number)")),
                work: Work(hashes: UInt128(10 + number)),
                amount: Amount(units: UInt64(100 + number) + bonus)
            )
        }
        let credits = BlockCredits(fee: Amount(units: 5), entries: entries)
        return try CreditTree(block: block, leaves: credits.leaves(seed: [UInt8](repeating: 9, count: 32)))
    }

    private static func proof(_ miner: String = "miner2", _ tree: CreditTree? = nil) throws -> CreditProof {
        try #require(try (tree ?? Self.tree()).proof(of: AccountName(miner)))
    }

    private static func changed(
        _ leaf: CreditLeaf,
        account: String? = nil,
        work: UInt128? = nil,
        amount: UInt64? = nil
    ) -> CreditLeaf {
        CreditLeaf(
            account: account.map { AccountName($0) } ?? leaf.account,
            work: work.map { Work(hashes: $0) } ?? leaf.work,
            amount: amount.map { Amount(units: $0) } ?? leaf.amount,
            salt: leaf.salt
        )
    }

    private static let lies: [(String, ProofRefusal, @Sendable (inout CreditProof) throws -> Void)] = [
        ("leaf with more work", .changedLeaf, { $0.leaf = changed($0.leaf, work: 1_000) }),
        ("leaf with another amount", .changedLeaf, { $0.leaf = changed($0.leaf, amount: 1_000) }),
        ("leaf of another account", .changedLeaf, { $0.leaf = changed($0.leaf, account: "miner9") }),
        (
            "leaf hashed anew", .creditsDoNotAddUp,
            { proof in
                proof.leaf = changed(proof.leaf, amount: 1_000)
                proof.leafHash = proof.leaf.sum(in: proof.block).hash
            }
        ),
        (
            "leaf hashed anew, with the reward to fit", .notUnderThisRoot,
            { proof in
                proof.reward = Amount(units: proof.reward.units + 1_000 - proof.leaf.amount.units)
                proof.leaf = changed(proof.leaf, amount: 1_000)
                proof.leafHash = proof.leaf.sum(in: proof.block).hash
            }
        ),
        ("neighbour's money", .creditsDoNotAddUp, { $0.path[1].sum = $0.path[1].sum.with(amount: 1) }),
        ("neighbour's work", .workDoesNotAddUp, { $0.path[1].sum = $0.path[1].sum.with(work: 1) }),
        (
            "money moved between neighbours", .notUnderThisRoot,
            { proof in
                let (low, high) = (proof.path[0].sum, proof.path[1].sum)
                proof.path[0].sum = low.with(amount: low.amount.units - 3)
                proof.path[1].sum = high.with(amount: high.amount.units + 3)
            }
        ),
        ("reward", .creditsDoNotAddUp, { $0.reward = Amount(units: $0.reward.units + 1) }),
        ("whole work", .workDoesNotAddUp, { $0.work = Work(hashes: $0.work.hashes + 1) }),
        ("sides", .swappedSides, { $0.path[0].side = $0.path[0].side == .left ? .right : .left }),
        ("neighbours in another order", .notUnderThisRoot, { $0.path.swapAt(0, 1) }),
        ("neighbour's hash", .notUnderThisRoot, { $0.path[2].sum = $0.path[2].sum.with(hash: .zero) }),
        ("block", .changedLeaf, { $0.block = .zero }),
        ("path of another tree", .notUnderThisRoot, { $0.path = try proof("miner2", tree(.zero)).path }),
        (
            "leaf of another tree", .creditsDoNotAddUp,
            { lie in
                let other = try proof("miner2", tree(bonus: 1))
                (lie.leaf, lie.leafHash) = (other.leaf, other.leafHash)
            }
        ),
        (
            "the same leaf twice", .duplicatedLeaf,
            { $0.path[0].sum = ProofSum(hash: $0.leafHash, work: $0.leaf.work, amount: $0.leaf.amount) }
        ),
        ("work past the width", .sumOverflow, { $0.path[0].sum = $0.path[0].sum.with(work: .max) }),
        ("money past the width", .sumOverflow, { $0.path[2].sum = $0.path[2].sum.with(amount: .max) }),
        ("a neighbour too few", .wrongPathLength, { $0.path.removeLast() }),
        ("a neighbour too many", .wrongPathLength, { $0.path.append($0.path[0]) }),
        ("place", .swappedSides, { $0.index += 1 }),
        ("place of the fee", .misplacedLeaf, { $0.index = 0 }),
        ("place outside", .misplacedLeaf, { $0.index = 8 }),
        ("place before all", .misplacedLeaf, { $0.index = -1 }),
        ("number of leaves", .notUnderThisRoot, { $0.leafCount = 7 }),
        ("endless number of leaves", .wrongPathLength, { $0.leafCount = .max }),
        ("root", .notUnderThisRoot, { $0.root = .zero }),
    ]

    @Test(arguments: lies.indices) func everyLieIsRefusedByName(_ index: Int) throws {
        let (what, refusal, change) = Self.lies[index]
        var proof = try Self.proof()
        try proof.check()
        try change(&proof)
        #expect(throws: refusal, "\(what)") { try proof.check() }
    }

    private static func document(
        _ account: String?,
        fee: UInt64,
        _ entries: [(name: String, work: UInt128, amount: UInt64)],
        scheme: String? = "pplns"
    ) throws -> ProofDocument {
        let credits = BlockCredits(
            fee: Amount(units: fee),
            entries: try entries.map { entry in
                BlockCredits.Entry(
                    account: try #require(AccountName(entry.name)),
                    work: Work(hashes: entry.work),
                    amount: Amount(units: entry.amount)
                )
            }
        )
        let tree = try CreditTree(block: block, leaves: credits.leaves(seed: [UInt8](repeating: 9, count: 32)))
        let leaf = try #require(tree.proof(of: account.flatMap { AccountName($0) }))
        return ProofDocument(proof: leaf, fee: try #require(tree.proof(of: nil)), height: 1, scheme: scheme)
    }

    /// The tree is whole and its sums are right: what is looked at is whether work was divided by.
    @Test(
        arguments: [
            ([("alice", 2, 660), ("bob", 1, 330)], "prop", []),
            ([("alice", 2, 659), ("bob", 1, 331)], "prop", ["alice", "bob"]),
            ([("alice", 2, 990), ("bob", 1, 0)], "pplns", ["alice", "bob"]),
            ([("alice", 1, 100), ("bob", 1, 99), ("carol", 1, 99)], "pplns", []),
            ([("alice", 1, 100), ("bob", 1, 100), ("carol", 1, 98)], "pplns", ["carol"]),
            ([("alice", 1, 101), ("bob", 1, 99), ("carol", 1, 98)], "pplns", ["alice", "carol"]),
            ([("alice", 1, 0), ("bob", 1 << 100, 100)], nil, []),
            ([("alice", 0, 1_000), ("bob", 0, 0)], "pplns", []),
            ([("alice", 0, 1_000)], "solo", []),
            ([("alice", 0, 500), ("bob", 0, 500)], "solo", ["alice", "bob"]),
            ([("alice", 1, 1_000)], "solo", ["alice"]),
        ] as [([(String, UInt128, UInt64)], String?, [String])]
    )
    func aCreditIsHeldAgainstTheWork(
        _ entries: [(String, UInt128, UInt64)],
        _ scheme: String?,
        _ cheated: [String]
    ) throws {
        for (name, _, _) in entries {
            let document = try Self.document(name, fee: 10, entries, scheme: scheme)
            try document.proof.check()
            if cheated.contains(name) {
                #expect(throws: ProofRefusal.wrongPart, "\(name)") { try document.check() }
            } else {
                try document.check()
            }
        }
        try Self.document(nil, fee: 10, entries, scheme: scheme).check()
    }

    @Test func theFeeThatTheRestFollowsFromIsUnderTheSameRoot() throws {
        let entries: [(String, UInt128, UInt64)] = [("alice", 2, 660), ("bob", 1, 330)]
        let good = try Self.document("alice", fee: 10, entries)
        let other = try Self.document("alice", fee: 11, entries)
        func lie(_ change: (inout CreditProof) -> Void) -> ProofDocument {
            var fee = good.fee
            change(&fee)
            return ProofDocument(proof: good.proof, fee: fee, height: 1, scheme: "pplns")
        }
        let lies = [
            lie { $0 = other.fee }, lie { $0 = good.proof }, lie { $0.path.removeLast() }, lie { $0.leafHash = .zero },
            lie { $0.leaf = other.fee.leaf }, lie { ($0.leaf, $0.leafHash) = (other.fee.leaf, other.fee.leafHash) },
        ]
        for (number, lie) in lies.enumerated() {
            #expect(throws: ProofRefusal.feeNotShown, "\(number)") { try lie.check() }
        }
        // As it is read, only what is the fee's own can differ.
        let read = try ProofDocument(parsing: lies[3].json.encoded())
        #expect(throws: ProofRefusal.feeNotShown) { try read.check() }
    }

    @Test func whatWasSeenElsewhereIsHeldAgainstIt() throws {
        let proof = try Self.proof()
        let other = try Self.tree(bonus: 1)
        #expect(throws: ProofRefusal.otherRoot) { try proof.check(against: .init(root: other.root)) }
        #expect(throws: ProofRefusal.otherBlock) { try proof.check(against: .init(block: .zero)) }
        #expect(throws: ProofRefusal.otherAccount) { try proof.check(against: .init(account: AccountName("miner3"))) }
        #expect(throws: ProofRefusal.misplacedLeaf) {
            var fee = try #require(try Self.tree().proof(of: nil))
            fee.index = 1
            try fee.check()
        }
    }

    @Test(arguments: [
        #"{"version": 1}"#, #"{"version": 2}"#, "[]", "", "{",
        #"{"version":1,"block":"00"}"#,
    ])
    func whatIsNoProofIsMalformed(_ text: String) {
        #expect(throws: ProofRefusal.malformed) { try ProofDocument(parsing: Array(text.utf8)) }
    }

    /// Each field changed to a value of another kind, one after the other.
    @Test func everyFieldIsLookedAt() throws {
        let good = try Self.document("bob", fee: 10, [("alice", 2, 660), ("bob", 1, 330)], scheme: nil).json
        _ = try ProofDocument(good)
        let object = try #require(good.object)
        let wrong = [JSON?.none, JSON.null, true, -1, "x", "+1", "01", [1]]
        for key in object.keys where key != "scheme" {
            for value in wrong {
                var changed = object
                changed[key] = value
                #expect(throws: ProofRefusal.malformed, "\(key)") { try ProofDocument(.object(changed)) }
            }
        }
        for part in ["leaf", "fee"] {
            let fields = try #require(good[part]?.object)
            for key in fields.keys {
                for value in [JSON?.none, true, -1, "x "] {
                    var (changed, inner) = (object, fields)
                    inner[key] = value
                    changed[part] = .object(inner)
                    #expect(throws: ProofRefusal.malformed, "\(part).\(key)") { try ProofDocument(.object(changed)) }
                }
            }
        }
    }

    @Test func aPathHasABoundAndSoHasADocument() throws {
        var proof = try Self.proof()
        proof.path = [CreditProof.Step](repeating: proof.path[0], count: ProofDocument.stepCountMax)
        let longest = ProofDocument(proof: proof, fee: proof.asFee, height: .max, scheme: "pplns").json.encoded()
        #expect(longest.count < ProofDocument.byteCountMax)
        #expect(try ProofDocument(parsing: longest).proof == proof)
        proof.path.append(proof.path[0])
        let short = try Self.proof()
        for (longer, other) in [(proof, short), (short, proof)] {
            let tooLong = ProofDocument(proof: longer, fee: other.asFee, height: 1, scheme: nil).json.encoded()
            #expect(throws: ProofRefusal.malformed) { try ProofDocument(parsing: tooLong) }
        }
        let spaces = [UInt8](repeating: 0x20, count: ProofDocument.byteCountMax)
        #expect(throws: ProofRefusal.malformed) { try ProofDocument(parsing: longest + spaces) }
    }
}

extension CreditProof {
    fileprivate var asFee: CreditProof {
        beside(CreditLeaf(account: nil, work: .zero, amount: .zero, salt: leaf.salt), hash: leafHash, path: path)
    }
}

extension ProofSum {
    fileprivate func with(hash: Hash256? = nil, work: UInt128? = nil, amount: UInt64? = nil) -> ProofSum {
        ProofSum(
            hash: hash ?? self.hash,
            work: work.map { Work(hashes: $0) } ?? self.work,
            amount: amount.map { Amount(units: $0) } ?? self.amount
        )
    }
}
