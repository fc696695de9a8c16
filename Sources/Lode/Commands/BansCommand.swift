import JSON
import ServiceRuntime
import System
import Usage

/// `lode bans …`: asks a running gateway at its admin address.
enum BansCommand {
    private static let gateway = AdminCall(service: "gateway")

    static func run(_ words: [String]) async throws {
        let rest = Array(words.dropFirst())
        switch words.first {
        case nil, "--help", "-h": Lode.show(BansUsage.usage)
        case "list": try await list(rest)
        case "lift": try await change(rest, BansUsage.lift, method: "DELETE")
        case "add": try await change(rest, BansUsage.add, method: "PUT")
        case .some(let word): throw BansUsage.usage.unknownCommand(word)
        }
    }

    private static func list(_ words: [String]) async throws {
        let arguments = try BansUsage.list.parse(words)
        guard !arguments.has("--help") else { return Lode.show(BansUsage.list) }
        let bans = try await gateway.ask("GET", "/bans", arguments).array ?? []
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
        let answer = try await gateway.ask(method, path, arguments, changes: true)
        StandardStream.output.write(method == "PUT" ? "\(address) is banned\n" : "\(address) is welcome again\n")
        guard answer["recorded"]?.bool != true else { return }
        StandardStream.error.write(
            "the ledger could not note it: this stands in the gateway's log, and not in the audit log\n"
        )
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
