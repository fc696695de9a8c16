import JSON
import System
import Usage

/// `lode audit`: what operators have done about the money, and what they were refused.
enum AuditCommand {
    static func run(_ words: [String]) async throws {
        let arguments = try AuditUsage.usage.parse(words)
        guard !arguments.has("--help") else { return Lode.show(AuditUsage.usage) }
        var query = try Paging.query(arguments, of: AuditUsage.usage)
        switch (arguments.value("--payout"), arguments.value("--account")) {
        case (nil, nil): break
        case (let id?, nil):
            guard let id = Int64(id), id > 0 else {
                throw UsageError.badValue(
                    problem: "--payout must be a payout's number, and \"\(id)\" is none",
                    command: AuditUsage.usage.name
                )
            }
            query.append("object=payout%20\(id)")
        case (nil, let account?):
            guard AccountsCommand.isPlain(account) else {
                throw UsageError.badValue(
                    problem: "--account must be an address, and \"\(account)\" is none",
                    command: AuditUsage.usage.name
                )
            }
            query.append("object=account%20\(account)")
        case (.some, .some):
            throw UsageError.badValue(
                problem: "give one of --payout and --account",
                command: AuditUsage.usage.name
            )
        }
        let answer = try await PayoutsCommand.service.ask("GET", Paging.path("/operator-log", query), arguments)
        guard !arguments.has("--json") else { return PayoutsCommand.write(answer) }
        let entries = answer["entries"]?.array ?? []
        guard !entries.isEmpty else { return StandardStream.output.write("nobody has done anything\n") }
        StandardStream.output.write(entries.map { OperatorReport.line($0) + "\n" }.joined())
        Paging.sayMore(answer)
    }
}
