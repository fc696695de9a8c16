import Configuration
import HTTPClient
import JSON
import ServiceRuntime
import System
import Usage

/// `lode bans …`: asks a running gateway at its admin address.
enum BansCommand {
    /// Sooner or later a gateway that does not answer is none.
    private static let timeout: Duration = .seconds(10)

    static func run(_ words: [String]) async throws {
        let rest = Array(words.dropFirst())
        switch words.first {
        case nil, "--help", "-h": Lode.show(BansUsage.usage)
        case "list": try await list(rest)
        case "lift": try await change(rest, BansUsage.lift, method: "DELETE")
        case "add": try await change(rest, BansUsage.add, method: "PUT")
        case .some(let word):
            let names = BansUsage.usage.commands.map(\.name)
            throw UsageError.unknownCommand(
                word,
                nearest: Spelling.nearest(to: word, among: names),
                command: BansUsage.usage.name
            )
        }
    }

    private static func list(_ words: [String]) async throws {
        let arguments = try BansUsage.list.parse(words)
        guard !arguments.has("--help") else { return Lode.show(BansUsage.list) }
        let bans = try await ask("GET", "/bans", arguments).array ?? []
        guard !bans.isEmpty else { return StandardStream.output.write("nobody is banned\n") }
        for ban in bans {
            let until = ban["until"]?.number.flatMap { UInt64($0.description) } ?? 0
            let (address, reason) = (ban["address"]?.string ?? "", ban["reason"]?.string ?? "")
            StandardStream.output.write("\(address)  until \(UTCTime(unixMilliseconds: until * 1_000))  \(reason)\n")
        }
    }

    private static func change(_ words: [String], _ usage: CommandUsage, method: String) async throws {
        let arguments = try usage.parse(words)
        guard !arguments.has("--help") else { return Lode.show(usage) }
        guard let operand = arguments.operands.first, let address = RemoteAddress(operand) else {
            let typed = arguments.operands.first.map { ", and \"\($0)\" is none" } ?? ""
            throw UsageError.badValue(problem: "ADDRESS must be an IP address\(typed)", command: usage.name)
        }
        let query = ["seconds", "reason"].compactMap { name in
            arguments.value("--\(name)").map { "\(name)=\(percentEncoded($0))" }
        }
        let path = "/bans/\(address)" + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        _ = try await ask(method, path, arguments)
        StandardStream.output.write(method == "PUT" ? "\(address) is banned\n" : "\(address) is welcome again\n")
    }

    private static func ask(_ method: String, _ path: String, _ arguments: ParsedArguments) async throws -> JSON {
        let place = try place(arguments)
        let response: HTTPResponse
        do {
            let request = HTTPRequest(method: method, url: "http://\(place)\(path)", timeout: timeout)
            response = try await HTTPConnection().send(request)
        } catch {
            throw ConfigurationError(place, "no gateway answers there: \(error)")
        }
        let answer = try? JSON(parsing: response.body)
        guard response.status == 200, let answer else {
            throw ConfigurationError(place, answer?["error"]?.string ?? "answers with HTTP status \(response.status)")
        }
        return answer
    }

    /// Where a gateway of these settings serves its admin pages: `lode all`'s address unless another is given.
    private static func place(_ arguments: ParsedArguments) throws -> String {
        if let given = arguments.value("--admin") { return given }
        let configuration = try ConfigurationSource(file: arguments.value("--config")).read()
        return "\(configuration[Keys.Admin.listen] ?? ListenAddress(host: "127.0.0.1", port: Assignment.all.adminPort))"
    }

    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                String(UnicodeScalar(byte))
            case _: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }.joined()
    }
}
