import Testing

/// Rules of this repository that the compiler does not check.
@Suite struct TidyTests {
    private static let services: Set<Substring> = [
        "Gateway", "JobService", "ShareService", "PayoutService", "ChainWatcher",
    ]
    /// The owners of C, and the message code that is generated.
    private static let unsafeFolders = ["Sources/Handles/", "Sources/Adapters/Messages/"]
    private static let banned = ["@unchecked Sendable", "try!", "as!", "fatalError(", ".shared", "TODO", "FIXME"]

    @Test func bannedWordsAreAbsent() throws {
        for file in try SourceTree.files(in: "Sources", suffix: ".swift") {
            for (number, line) in file.lines.enumerated() {
                for word in Self.banned where line.contains(word) {
                    Issue.record("\(file.path):\(number + 1): \(word)")
                }
            }
        }
    }

    @Test func unsafeAndCStayInTheHandles() throws {
        let modules = try SourceTree.files(in: "Sources/C", suffix: "module.modulemap").map {
            Substring($0.path.split(separator: "/")[2])
        }
        for file in try SourceTree.files(in: "Sources", suffix: ".swift")
        where !Self.unsafeFolders.contains(where: file.path.hasPrefix) {
            for (number, line) in file.lines.enumerated() where line.contains("unsafe") {
                Issue.record("\(file.path):\(number + 1): unsafe outside a handle target")
            }
            for module in file.imports where modules.contains(module) || module == "Glibc" {
                Issue.record("\(file.path): imports \(module), which only its handle may")
            }
        }
    }

    @Test func servicesKnowEachOtherOnlyAsMessages() throws {
        for service in Self.services {
            for file in try SourceTree.files(in: "Sources/\(service)", suffix: ".swift") {
                for module in file.imports where Self.services.contains(module) {
                    Issue.record("\(file.path): imports \(module)")
                }
            }
        }
    }

    @Test(
        arguments: [
            ("PostgresClient", ["PayoutService", "Lode", "Adapters/PrivatePostgres"]),
            ("ChainAdapter", ["JobService", "ChainWatcher", "PayoutService", "Lode"]),
            (
                "HTTPServer",
                ["Gateway", "Adapters/Configuration", "Adapters/ServiceRuntime", "Lode", "PayoutService/Admin"]
            ),
        ]
    )
    func reachIsLeast(module: String, allowed: [String]) throws {
        for file in try SourceTree.files(in: "Sources", suffix: ".swift") where file.imports.contains(Substring(module))
        {
            let isAllowed = allowed.contains { file.path.hasPrefix("Sources/\($0)/") }
            if !isAllowed { Issue.record("\(file.path): may not reach \(module)") }
        }
    }

    @Test func rulesDoNoInputOrOutput() throws {
        let allowed: Set<Substring> = [
            "Cryptography", "Hashing", "JSON", "MiningDomain", "Bins", "BlockFormat", "Ledger",
        ]
        for file in try SourceTree.files(in: "Sources/Rules", suffix: ".swift") {
            for module in file.imports where !allowed.contains(module) {
                Issue.record("\(file.path): imports \(module), but rules are pure values")
            }
        }
    }
}
