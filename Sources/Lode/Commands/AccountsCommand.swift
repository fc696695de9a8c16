import JSON
import System
import Usage

/// `lode accounts …`: asks a running payout service at its admin address.
enum AccountsCommand {
    private static let service = AdminCall(service: "payout service", timeout: .seconds(30))

    static func run(_ words: [String]) async throws {
        let rest = Array(words.dropFirst())
        switch words.first {
        case nil, "--help", "-h": Lode.show(AccountsUsage.usage)
        case "show": try await show(rest)
        case "set": try await set(rest)
        case "reset": try await reset(rest)
        case "unpaid": try await unpaid(rest)
        case "admit": try await admit(rest)
        case .some(let word): throw AccountsUsage.usage.unknownCommand(word)
        }
    }

    private static func show(_ words: [String]) async throws {
        let (arguments, address) = try address(words, AccountsUsage.show)
        guard let address else { return }
        let answer = try await service.ask("GET", "/accounts/\(address)", arguments)
        guard !arguments.has("--json") else { return PayoutsCommand.write(answer) }
        StandardStream.output.write(AccountReport(answer).description)
    }

    private static func set(_ words: [String]) async throws {
        let (arguments, address) = try address(words, AccountsUsage.set)
        guard let address else { return }
        var query: [String] = []
        if let text = arguments.value("--payout-threshold") {
            guard let units = UInt64(text) else {
                throw bad("--payout-threshold must be a whole number of base units, and \"\(text)\" is not")
            }
            query.append("payout_threshold=\(units)")
        }
        if let text = arguments.value("--payout-interval") {
            guard let seconds = WrittenTime(text)?.seconds else {
                throw bad("--payout-interval must be a time such as 90m, 12h or 7d, and \"\(text)\" is not")
            }
            query.append("payout_interval_seconds=\(seconds)")
        }
        guard !query.isEmpty else { throw bad("give --payout-threshold, --payout-interval, or both") }
        let path = "/accounts/\(address)?\(query.joined(separator: "&"))"
        StandardStream.output.write(
            AccountReport(try await service.ask("PUT", path, arguments, changes: true)).description
        )
    }

    private static func reset(_ words: [String]) async throws {
        let (arguments, address) = try address(words, AccountsUsage.reset)
        guard let address else { return }
        let answer = try await service.ask("DELETE", "/accounts/\(address)", arguments, changes: true)
        StandardStream.output.write(AccountReport(answer).description)
    }

    private static func unpaid(_ words: [String]) async throws {
        let arguments = try AccountsUsage.unpaid.parse(words)
        guard !arguments.has("--help") else { return Lode.show(AccountsUsage.unpaid) }
        let query = try Paging.query(arguments, of: AccountsUsage.unpaid)
        let answer = try await service.ask("GET", Paging.path("/accounts", query), arguments)
        guard !arguments.has("--json") else { return PayoutsCommand.write(answer) }
        let accounts = answer["accounts"]?.array ?? []
        guard !accounts.isEmpty else { return StandardStream.output.write("no such accounts\n") }
        StandardStream.output.write(AccountReport.unpaid(accounts))
        Paging.sayMore(answer)
    }

    private static func admit(_ words: [String]) async throws {
        let (arguments, address) = try address(words, AccountsUsage.admit)
        guard let address else { return }
        let answer = try await service.ask("POST", "/accounts/\(address)/admit", arguments, changes: true)
        StandardStream.output.write(AccountReport(answer).description)
    }

    private static func bad(_ problem: String) -> UsageError {
        .badValue(problem: problem, command: AccountsUsage.set.name)
    }

    /// - Returns: No address when the help was asked for, and shown.
    private static func address(_ words: [String], _ usage: CommandUsage) throws -> (ParsedArguments, String?) {
        let arguments = try usage.parse(words)
        guard !arguments.has("--help") else {
            Lode.show(usage)
            return (arguments, nil)
        }
        guard let text = arguments.operands.first, isPlain(text) else {
            let typed = arguments.operands.first.map { ", and \"\($0)\" is none" } ?? ""
            throw UsageError.badValue(problem: "ADDRESS must be a miner's address\(typed)", command: usage.name)
        }
        return (arguments, text)
    }

    /// Letters and digits, as every address is written: which ones the service knows.
    static func isPlain(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { $0.isASCII && $0.properties.isAlphabetic || ("0"..."9").contains($0) }
    }
}
