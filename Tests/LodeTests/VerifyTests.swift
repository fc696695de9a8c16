import Foundation
import TestSupport
import Testing

/// `lode verify`, as a miner runs it.
@Suite struct VerifyTests {
    private let folder: ScratchFolder
    private let file: String

    /// What the pool would answer, of the golden trees.
    private static func document(tree: Int = 1, proof: Int = 1) throws -> String {
        let vectors = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "LedgerTests/Vectors/credit-trees.json")
        let trees = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: vectors)) as? [[String: Any]])
        let proofs = try #require(trees[tree]["proofs"] as? [[String: Any]])
        return String(decoding: try JSONSerialization.data(withJSONObject: proofs[proof]), as: UTF8.self)
    }

    init() throws {
        folder = try ScratchFolder("verify")
        file = folder.path + "/proof.json"
        try Self.document().write(toFile: file, atomically: true, encoding: .utf8)
    }

    private func field(_ name: String) throws -> String {
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: file))) as? [String: Any]
        return try #require(json?[name] as? String)
    }

    @Test func aProofThatHoldsIsExplained() async throws {
        let outcome = try await LodeProgram.run(["verify", file], in: folder)
        #expect(outcome.status == 0)
        for line in [
            "account   alice", "work      2 of 3 expected hashes", "credited  660 of 1000 base units",
            "fee       10 of 1000 base units, 1.00 %", "the part that this work has of the 990 base units",
            "The proof holds.", "the 2 other leaves together have the other 340", "It does not show",
            "Compare the root with what others were given",
        ] { #expect(outcome.output.contains(line), "\(line)") }
        let (root, block) = (try field("root"), try field("block"))
        let words = ["verify", file, "--root", root, "--block", block, "--address", "alice"]
        let held = try await LodeProgram.run(words, in: folder)
        #expect(held.status == 0)
        #expect(held.output.contains("The root is the one that you saw elsewhere."))
    }

    /// A pool tells an address in one spelling, and its owner may know another.
    @Test(arguments: [
        (1, "MJaRnao1s62a2zAKSkmG582KbLKianqb7v", true), (1, "3CNHUhP3uyB9EUtRLsmvFUmvGdjGdkTxJw", true),
        (1, "MJARNAO1S62A2ZAKSKMG582KBLKIANQB7V", false),
        (2, "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", true),
        (2, "LTC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KGMN4N9", true),
        (2, "MJaRnao1s62a2zAKSkmG582KbLKianqb7v", false), (2, "bob", false),
    ])
    func anAddressIsItselfInEverySpelling(_ place: Int, _ asked: String, _ isIt: Bool) async throws {
        let path = folder.path + "/address.json"
        try Self.document(tree: 9, proof: place).write(toFile: path, atomically: true, encoding: .utf8)
        let outcome = try await LodeProgram.run(["verify", path, "--address", asked], in: folder)
        #expect(outcome.status == (isIt ? 0 : 1), "\(outcome.output)")
        #expect(isIt || outcome.output.contains("refused, other account: "))
    }

    @Test func aProofThatDoesNotHoldIsRefusedByName() async throws {
        let wrong = folder.path + "/wrong.json"
        let good = try String(contentsOfFile: file, encoding: .utf8)
        try good.replacing("\"amount\":660", with: "\"amount\":661").write(
            toFile: wrong,
            atomically: true,
            encoding: .utf8
        )
        let zeros = String(repeating: "0", count: 64)
        let refused: [(words: [String], said: String)] = [
            ([wrong], "lode: \(wrong): refused, changed leaf: "),
            ([file, "--root", zeros], "lode: \(file): refused, other root: "),
            ([file, "--block", zeros], "lode: \(file): refused, other block: "),
            ([file, "--address", "bob"], "lode: \(file): refused, other account: "),
            (["/dev/null"], "lode: /dev/null: refused, malformed: "),
            (["-"], "lode: standard input: refused, malformed: "),
            (["/none"], "lode: /none: cannot be read: does not exist."),
            (["--url", "http://127.0.0.1:1/"], "lode: http://127.0.0.1:1/: does not answer: "),
        ]
        for (words, said) in refused {
            let outcome = try await LodeProgram.run(["verify"] + words, in: folder)
            #expect(outcome.output.hasPrefix(said), "\(outcome.output)")
            #expect(outcome.status == 1, "\(words)")
        }
    }

    @Test(arguments: [[], ["-", "--url", "http://x/"], ["-", "--root", "12"], ["-", "--block", "x"]])
    func whatIsNotUnderstoodIsSaidSo(_ words: [String]) async throws {
        let outcome = try await LodeProgram.run(["verify"] + words, in: folder)
        #expect(outcome.output.hasPrefix("lode verify: "))
        #expect(outcome.status == 64)
    }
}
