import JSON
import ServiceRuntime
import System
import Usage

/// `lode ledger …`: asks a running payout service at its admin address.
enum LedgerCommand {
    /// Every share is read.
    private static let service = AdminCall(service: "payout service", timeout: .seconds(3_600))

    /// What ends the command with status 1.
    enum Failure: Error, CustomStringConvertible {
        case wrong(findings: Int)
        case unchecked(Int)

        var description: String {
            switch self {
            case .wrong(let count): "the ledger is wrong: \(count) \(count == 1 ? "finding" : "findings")"
            case .unchecked(let count): "the ledger is right as far as it was checked; \(count) not checked"
            }
        }
    }

    static func run(_ words: [String]) async throws {
        let rest = Array(words.dropFirst())
        switch words.first {
        case nil, "--help", "-h": Lode.show(LedgerUsage.usage)
        case "verify": try await verify(rest)
        case .some(let word): throw LedgerUsage.usage.unknownCommand(word)
        }
    }

    private static func verify(_ words: [String]) async throws {
        let arguments = try LedgerUsage.verify.parse(words)
        guard !arguments.has("--help") else { return Lode.show(LedgerUsage.verify) }
        let isWithoutWallet = arguments.has("--without-wallet")
        let path = "/ledger/verify" + (isWithoutWallet ? "?wallet=no" : "")
        let report = LedgerReport(try await service.ask("GET", path, arguments))
        StandardStream.output.write(report.description)
        guard report.findings.isEmpty else { throw Failure.wrong(findings: report.findings.count) }
        guard report.unchecked.isEmpty || isWithoutWallet else { throw Failure.unchecked(report.unchecked.count) }
    }
}
