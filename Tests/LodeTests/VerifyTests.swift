import Foundation
import TestSupport
import Testing

/// `lode verify`, as a miner runs it.
@Suite struct VerifyTests {
    private let folder: ScratchFolder
    private let file: String

    /// What the pool would answer, of the golden trees.
    private static func document() throws -> String {
        let vectors = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "LedgerTests/Vectors/credit-trees.json")
        let trees = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: vectors)) as? [[String: Any]])
        let proofs = try #require(trees[1]["proofs"] as? [[String: Any]])
        return String(decoding: try JSONSerialization.data(withJSONObject: proofs[1]), as: UTF8.self)
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
