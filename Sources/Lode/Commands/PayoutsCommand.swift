import Configuration
import JSON
import Ledger
import ServiceRuntime
import System
import Usage

/// `lode payouts list` and its like: asks a running payout service, which `lode payouts` alone is, at its admin address.
enum PayoutsCommand {
    /// A payout's proof of conflict asks the wallet, which may take a while.
    static let service = AdminCall(service: "payout service", timeout: .seconds(120))

    static func run(_ words: [String]) async throws {
        let rest = Array(words.dropFirst())
        switch words.first {
        case "list": try await list(rest)
        case "show": try await show(rest)
        case "retry": try await act("retry", PayoutsUsage.retry, rest, done: "is tried again by the next run")
        case "cancel": try await act("cancel", PayoutsUsage.cancel, rest, done: "is cancelled, its money given back")
        case "export": try await export(rest)
        case "import": try await takeBack(rest)
        case let word: throw RunUsage.usage(.one(.payouts)).unknownCommand(word ?? "")
        }
    }

    private static func list(_ words: [String]) async throws {
        let arguments = try PayoutsUsage.list.parse(words)
        guard !arguments.has("--help") else { return Lode.show(PayoutsUsage.list) }
        var query: [String] = []
        if let state = arguments.value("--state") {
            let states = PayoutAttempt.State.allCases.map(\.rawValue)
            guard states.contains(state) else {
                throw UsageError.badValue(
                    problem: "--state must be one of \(states.joined(separator: ", ")), and \"\(state)\" is not",
                    command: PayoutsUsage.list.name
                )
            }
            query.append("state=\(state)")
        }
        query += try Paging.query(arguments, of: PayoutsUsage.list)
        let answer = try await service.ask("GET", Paging.path("/payouts", query), arguments)
        guard !arguments.has("--json") else { return write(answer) }
        let payouts = answer["payouts"]?.array ?? []
        guard !payouts.isEmpty else { return StandardStream.output.write("no such payouts\n") }
        StandardStream.output.write(PayoutReport.table(payouts))
        Paging.sayMore(answer)
    }

    private static func show(_ words: [String]) async throws {
        let (arguments, id) = try number(words, PayoutsUsage.show)
        guard let id else { return }
        let answer = try await service.ask("GET", "/payouts/\(id)", arguments)
        guard !arguments.has("--json") else { return write(answer) }
        StandardStream.output.write(PayoutReport(answer).description)
    }

    private static func act(_ verb: String, _ usage: CommandUsage, _ words: [String], done: String) async throws {
        let (arguments, id) = try number(words, usage)
        guard let id else { return }
        let answer = try await service.ask("POST", "/payouts/\(id)/\(verb)", arguments, changes: true)
        StandardStream.output.write("payout \(id) \(done); it is \(answer["state"]?.string ?? "?") now\n")
    }

    /// Writes nothing but the PSBT, so that it can be sent into a file.
    private static func export(_ words: [String]) async throws {
        let (arguments, id) = try number(words, PayoutsUsage.export)
        guard let id else { return }
        let answer = try await service.ask("POST", "/payouts/\(id)/export", arguments, changes: true)
        StandardStream.output.write("\(answer["psbt"]?.string ?? "")\n")
    }

    private static func takeBack(_ words: [String]) async throws {
        let (arguments, id) = try number(words, PayoutsUsage.takeBack)
        guard let id else { return }
        guard arguments.operands.count > 1 else {
            throw UsageError.badValue(
                problem: "FILE is missing: the signed PSBT, or - for standard input",
                command: PayoutsUsage.takeBack.name
            )
        }
        let file = arguments.operands[1]
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes =
                file == "-"
                ? try StandardInput.read(byteCountMax: AdminServer.bodyByteCountMax)
                : try DurableFile.read(file, byteCountMax: AdminServer.bodyByteCountMax)
        } catch {
            throw ConfigurationError(file, "cannot be read: \(error.reason)")
        }
        let answer = try await service.ask("PUT", "/payouts/\(id)/psbt", arguments, changes: true, body: bytes)
        StandardStream.output.write("payout \(id) is \(answer["state"]?.string ?? "?") now; the next run sends it\n")
    }

    /// - Returns: No number when the help was asked for, and shown.
    static func number(_ words: [String], _ usage: CommandUsage) throws -> (ParsedArguments, Int64?) {
        let arguments = try usage.parse(words)
        guard !arguments.has("--help") else {
            Lode.show(usage)
            return (arguments, nil)
        }
        guard let operand = arguments.operands.first, let id = Int64(operand), id > 0 else {
            let typed = arguments.operands.first.map { ", and \"\($0)\" is none" } ?? "; lode payouts list shows them"
            throw UsageError.badValue(problem: "ID must be a payout's number\(typed)", command: usage.name)
        }
        return (arguments, id)
    }

    static func write(_ json: JSON) {
        StandardStream.output.write(String(decoding: json.encoded(), as: UTF8.self) + "\n")
    }
}
