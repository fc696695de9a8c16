import System
import Usage

/// The one program of the pool: reads what was typed, and hands over to a command.
@main struct Lode {
    static let version = "0.1.0"

    static func main() async {
        OpenFileLimit.raise()
        ThisProcess.end(status: await run(Array(CommandLine.arguments.dropFirst())))
    }

    /// - Returns: The exit status: 0 fine, 1 could not do it, 64 was not understood.
    private static func run(_ words: [String]) async -> Int32 {
        do {
            try await command(words)
            return 0
        } catch let error as UsageError {
            StandardStream.error.write("\(error)\n")
            return UsageError.exitStatus
        } catch {
            StandardStream.error.write("lode: \(error)\n")
            return 1
        }
    }

    private static func command(_ words: [String]) async throws {
        guard let word = words.first else { return show(TopUsage.usage) }
        let rest = Array(words.dropFirst())
        switch word {
        case "help", "--help", "-h":
            try standsAlone(word, before: rest, of: TopUsage.usage)
            show(TopUsage.usage)
        case "--version":
            try standsAlone(word, before: rest, of: TopUsage.usage)
            StandardStream.output.write("lode \(version)\n")
        case "all": try await RunCommand.run(.all, rest)
        case "mine": try await MineCommand.run(rest)
        case "config": try ConfigCommand.run(rest)
        case "ledger": try await LedgerCommand.run(rest)
        case "bans": try await BansCommand.run(rest)
        case "payouts" where !(rest.first ?? "-").hasPrefix("-"): try await PayoutsCommand.run(rest)
        case "accounts": try await AccountsCommand.run(rest)
        case "audit": try await AuditCommand.run(rest)
        case "verify": try await VerifyCommand.run(rest)
        case _:
            guard let role = ServiceRole(rawValue: word) else { throw misunderstood(word) }
            try await RunCommand.run(.one(role), rest)
        }
    }

    /// Refuses words behind one that takes none, rather than pretend to have read them.
    static func standsAlone(_ word: String, before rest: [String], of usage: CommandUsage) throws(UsageError) {
        guard let next = rest.first else { return }
        throw .badValue(problem: "\(word) stands alone, and \"\(next)\" follows it", command: usage.name)
    }

    private static func misunderstood(_ word: String) -> UsageError {
        word.hasPrefix("-") ? TopUsage.usage.unknownOption(word) : TopUsage.usage.unknownCommand(word)
    }

    static func show(_ usage: CommandUsage) {
        StandardStream.output.write(HelpPage(usage).description)
    }
}
