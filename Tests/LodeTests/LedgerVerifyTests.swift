import HTTPServer
import TestSupport
import Testing

/// `lode ledger verify`, as an operator runs it.
@Suite struct LedgerVerifyTests {
    private static let finding = """
        {"name":"credit-wrong","meaning":"a block's credits are not its reward","count":25,"rows":["block 00ab/1: 9 of 10"],
        "remedy":"stop payouts"}
        """
    private static let unasked = #"{"name":"wallet-short","reason":"the wallet cannot be asked: down"}"#

    private static func answer(findings: String = "", unchecked: String = "") -> String {
        #"{"checked":["balance-wrong","credit-wrong"],"findings":[\#(findings)],"unchecked":[\#(unchecked)]}"#
    }

    private func verify(
        _ body: String,
        status: Int = 200,
        _ words: String...
    ) async throws -> LodeProgram.Outcome {
        let folder = try ScratchFolder("ledger")
        let server = try HTTPServer(listening: "127.0.0.1", port: 0) { request in
            request.path == "/ledger/verify"
                ? OutgoingResponse(status: status, text: body) : OutgoingResponse(status: 404, text: "{}")
        }
        let serving = Task { try await server.run() }
        defer { serving.cancel() }
        return try await LodeProgram.run(
            ["ledger", "verify", "--admin", "127.0.0.1:\(server.port)"] + words,
            in: folder
        )
    }

    @Test func statusZeroMeansThatAllIsRight() async throws {
        let outcome = try await verify(Self.answer())
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("right  balance-wrong\nright  credit-wrong\n"))
    }

    @Test func aFindingIsNamedWithItsRowsAndWhatToDo() async throws {
        let outcome = try await verify(Self.answer(findings: Self.finding))
        #expect(outcome.status == 1)
        for text in [
            "WRONG  credit-wrong", "credit-wrong: a block's credits are not its reward (25)",
            "  block 00ab/1: 9 of 10\n",
            "  and 24 more", "  to do: stop payouts", "the ledger is wrong: 1 finding",
        ] { #expect(outcome.output.contains(text), "\(text)") }
    }

    @Test func whatWasNotCheckedIsNoPass() async throws {
        let outcome = try await verify(Self.answer(unchecked: Self.unasked))
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("not checked  wallet-short: the wallet cannot be asked: down"))
        #expect(outcome.output.contains("as far as it was checked"))
        #expect(try await verify(Self.answer(unchecked: Self.unasked), status: 200, "--without-wallet").status == 0)
    }

    @Test func aServiceThatCannotAnswerIsNoPass() async throws {
        let busy = try await verify(#"{"error":"the books are being looked through already"}"#, status: 429)
        #expect(busy.status == 1)
        #expect(busy.output.contains("the books are being looked through already"))
        #expect(try await verify("nonsense").status == 1)
        let folder = try ScratchFolder("ledger")
        let nobody = try await LodeProgram.run(["ledger", "verify", "--admin", "127.0.0.1:1"], in: folder)
        #expect(nobody.status == 1)
        #expect(nobody.output.contains("no payout service answers there"))
        #expect(try await LodeProgram.run(["ledger", "verfy"], in: folder).status == 64)
    }
}
