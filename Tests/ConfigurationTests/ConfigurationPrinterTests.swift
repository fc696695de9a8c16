import Configuration
import Testing

@Suite struct ConfigurationPrinterTests {
    private static let text = """
        network: bitcoin-testnet
        secret: \(String(repeating: "ab", count: 32))
        nodes: [{url: "http://127.0.0.1:18332", user: u, password: hunter2}]
        pool: {tag: 'a "quoted" \\ tag: é'}
        postgres: {url: "postgres://lode:hunter2@db/lode"}
        connect: {shares: ["tcp://a:1", "tcp://b:1"]}
        """

    private func read(_ text: String, environment: [String: String] = [:]) throws -> PoolConfiguration {
        try PoolConfiguration(file: ("lode.yaml", Array(text.utf8)), environment: environment)
    }

    @Test func eachValueNamesItsOrigin() throws {
        let printed = ConfigurationPrinter.yaml(try read(Self.text, environment: ["LODE_LOG_LEVEL": "debug"]))
        for line in [
            "network: bitcoin-testnet  # lode.yaml:1",
            "jobs:\n  refresh_seconds: 30  # default\n",
            "log:\n  level: debug  # environment LODE_LOG_LEVEL\n",
        ] {
            #expect(printed.contains(line), "\(printed)")
        }
    }

    @Test func secretsAreCovered() throws {
        let printed = ConfigurationPrinter.yaml(try read(Self.text))
        #expect(!printed.contains("hunter2"))
        #expect(!printed.contains("abab"))
        #expect(printed.contains("secret: \"•••\""))
        #expect(printed.contains("password: \"•••\""))
    }

    @Test func whatIsPrintedReadsAsTheSame() throws {
        let open = Self.text.split(separator: "\n").filter { !$0.contains("hunter2") && !$0.hasPrefix("secret") }
            .joined(separator: "\n")
        let first = try read(open)
        let second = try read(ConfigurationPrinter.yaml(first))
        #expect(second[Keys.Pool.tag] == "a \"quoted\" \\ tag: é")
        for key in Keys.all {
            let line = { (text: String) in
                text.split(separator: "\n").filter { $0.contains(key.name.split(separator: ".").last ?? "") }
                    .map { $0.split(separator: "  # ")[0] }
            }
            #expect(line(ConfigurationPrinter.yaml(second)) == line(ConfigurationPrinter.yaml(first)))
        }
    }

    @Test func everyKeyIsOnceInTheTableWithASentence() {
        let names = Keys.all.map(\.name)
        #expect(Set(names).count == names.count)
        for key in Keys.all {
            #expect(key.meaning.hasSuffix("."), "\(key.name)")
            #expect(key.name.utf8.allSatisfy { $0 != UInt8(ascii: "-") && $0 < 0x7b }, "\(key.name)")
            #expect(ConfigurationPrinter.markdown.contains("| `\(key.name)` |"))
        }
    }

    @Test func everyDefaultIsAllowed() throws {
        let text = Keys.all.filter { !$0.name.contains(".") }.map { "\($0.name): \($0.standardText)" }
        #expect(throws: Never.self) { try read(text.joined(separator: "\n")) }
        for key in Keys.all {
            let environment = [key.environmentName: key.standardText == "\"\"" ? "" : Self.unquoted(key.standardText)]
            #expect(throws: Never.self, "\(key.name)") { try read("", environment: environment) }
        }
    }

    private static func unquoted(_ text: String) -> String {
        text.hasPrefix("\"") ? String(text.dropFirst().dropLast()) : text
    }
}
