import BlockFormat
import Configuration
import HTTPClient
import Hashing
import Ledger
import System
import Usage

/// `lode verify`: checks a proof of a credit, for a miner who does not trust the pool.
enum VerifyCommand {
    private static let timeout: Duration = .seconds(30)

    static func run(_ words: [String]) async throws {
        let arguments = try VerifyUsage.usage.parse(words)
        guard !arguments.has("--help") else { return Lode.show(VerifyUsage.usage) }
        let expected = try expectation(arguments)
        let (source, bytes) = try await proof(arguments)
        do throws(ProofRefusal) {
            let document = try ProofDocument(parsing: bytes)
            try document.check(against: respelled(expected, as: document))
            StandardStream.output.write(VerifyReport(document, isRootKnown: expected.root != nil).description)
        } catch {
            throw ConfigurationError(source, "refused, \(error)")
        }
    }

    private static func expectation(_ arguments: ParsedArguments) throws -> CreditProof.Expectation {
        var expected = CreditProof.Expectation()
        if let text = arguments.value("--root") {
            expected.root = try required(Hash256(hex: text), "--root must be 64 hex digits, and \"\(text)\" is not")
        }
        if let text = arguments.value("--block") {
            expected.block = try required(
                Hash256(displayHex: text),
                "--block must be 64 hex digits, and \"\(text)\" is not"
            )
        }
        if let text = arguments.value("--address") {
            expected.account = try required(AccountName(text), "--address must be an address, and \"\(text)\" is not")
        }
        return expected
    }

    /// What was asked for, in the document's words where both are one address: it may be in capitals, or with a network's other
    /// prefix, and a pool tells each address in one spelling only.
    private static func respelled(
        _ expected: CreditProof.Expectation,
        as document: ProofDocument
    ) -> CreditProof.Expectation {
        guard let asked = expected.account, let told = document.proof.leaf.account else { return expected }
        let isSame = Network.all.contains { network in
            guard let address = Address(asked.description, on: network) else { return false }
            return Address(told.description, on: network)?.scriptPublicKey == address.scriptPublicKey
        }
        var expected = expected
        if isSame { expected.account = told }
        return expected
    }

    private static func required<Value>(_ value: Value?, _ problem: String) throws(UsageError) -> Value {
        guard let value else { throw .badValue(problem: problem, command: VerifyUsage.usage.name) }
        return value
    }

    private static func proof(_ arguments: ParsedArguments) async throws -> (source: String, bytes: [UInt8]) {
        switch (arguments.operands.first, arguments.value("--url")) {
        case (nil, let url?): return (url, try await fetched(url))
        case ("-", nil):
            return (
                "standard input",
                try read("standard input") { () throws(SystemError) in
                    try StandardInput.read(byteCountMax: ProofDocument.byteCountMax)
                }
            )
        case (let file?, nil):
            return (
                file,
                try read(file) { () throws(SystemError) in
                    try DurableFile.read(file, byteCountMax: ProofDocument.byteCountMax)
                }
            )
        case (nil, nil), (.some, .some):
            throw UsageError.badValue(problem: "give one of FILE, - and --url URL", command: VerifyUsage.usage.name)
        }
    }

    private static func read(_ name: String, _ call: () throws(SystemError) -> [UInt8]) throws -> [UInt8] {
        do throws(SystemError) {
            return try call()
        } catch {
            throw ConfigurationError(name, "cannot be read: \(error.reason)")
        }
    }

    private static func fetched(_ url: String) async throws -> [UInt8] {
        let response: HTTPResponse
        do {
            let request = HTTPRequest(method: "GET", url: url, timeout: timeout)
            response = try await HTTPConnection().send(request)
        } catch {
            throw ConfigurationError(url, "does not answer: \(error)")
        }
        guard response.status == 200 else {
            throw ConfigurationError(url, "answers with HTTP status \(response.status)")
        }
        return response.body
    }
}
