import Cryptography
import Hashing
import Miner
import MiningDomain
import ServiceRuntime
import System
import Usage

/// `lode mine`: searches for a pool until it is told to stop.
enum MineCommand {
    static func run(_ words: [String]) async throws {
        let arguments = try MineUsage.usage.parse(words)
        guard !arguments.has("--help") else { return Lode.show(MineUsage.usage) }
        let settings = try settings(arguments)
        let clock = SystemClock()
        let isWatched = StandardStream.output.isTerminal
        // On a terminal the progress line has the screen, and only trouble is worth another.
        let level: Log.Level = isWatched ? .warning : .info
        let log = Log(service: "miner", minimum: level, clock: clock, sink: StandardError())
        let miner = MinerProgram(
            settings: settings,
            surroundings: Surroundings(log: log, metrics: Metrics(), health: Health(), clock: clock),
            display: isWatched ? TerminalProgress(.output) : LogProgress(log),
            seed: SecureRandom.uint64()
        )
        try await ServiceGroup([miner]).run(until: TerminationSignal.wait)
    }

    private static func settings(_ arguments: ParsedArguments) throws -> MinerSettings {
        let threads = try number(arguments, "--threads", in: 1...UInt64(MinerSettings.threadCountMax))
        let processors = min(ProcessEnvironment.processorCount, MinerSettings.threadCountMax)
        let account = try account(arguments)
        return MinerSettings(
            pool: try pool(arguments, account),
            account: account,
            worker: try worker(arguments),
            threadCount: threads.map(Int.init) ?? processors,
            hashrateLimit: try number(arguments, "--limit", in: 1...UInt64(Int64.max))
        )
    }

    private static func pool(_ arguments: ParsedArguments, _ account: MinerAccount) throws -> MinerSettings.PoolChoice {
        let text = arguments.value("--url") ?? MineUsage.poolURL
        guard !text.hasPrefix("stratum") else { return .stratum(try stratum(text, arguments, account)) }
        let isHTTP = ["http://", "https://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }
        guard isHTTP else {
            throw bad(
                "--url must begin with http://, https://, stratum+tcp:// or stratum+ssl://, and \"\(text)\" does not"
            )
        }
        for option in MineUsage.stratumOptions where arguments.has(option) {
            throw bad("\(option) is for Stratum, and \"\(text)\" is not")
        }
        return .bins(url: text.hasSuffix("/") ? String(text.dropLast()) : text)
    }

    private static func stratum(
        _ url: String,
        _ arguments: ParsedArguments,
        _ account: MinerAccount
    ) throws -> StratumSettings {
        guard let address = StratumAddress(url) else {
            throw bad("--url must be stratum+tcp://HOST:PORT or stratum+ssl://HOST:PORT, and \"\(url)\" is not")
        }
        return StratumSettings(
            address: address,
            algorithm: try algorithm(arguments, account),
            password: arguments.value("--password") ?? MineUsage.password,
            trust: try trust(arguments, address),
            userAgent: "lode/\(Lode.version)"
        )
    }

    private static func algorithm(_ arguments: ParsedArguments, _ account: MinerAccount) throws -> ProofAlgorithm {
        guard let text = arguments.value("--algorithm") else {
            guard let algorithm = account.algorithm else {
                throw bad("the account does not tell the coin: give --algorithm scrypt or --algorithm sha256d")
            }
            return algorithm
        }
        guard let algorithm = ProofAlgorithm(rawValue: text) else {
            throw bad("--algorithm must be scrypt or sha256d, and \"\(text)\" is not")
        }
        return algorithm
    }

    private static func trust(_ arguments: ParsedArguments, _ address: StratumAddress) throws -> StratumSettings.Trust {
        let file = arguments.value("--tls-ca")
        guard address.isEncrypted || (file == nil && !arguments.has("--insecure")) else {
            throw bad("--tls-ca and --insecure are for TLS: the URL must begin with stratum+ssl://")
        }
        switch (file, arguments.has("--insecure")) {
        case (nil, false): return .system
        case (nil, true): return .anyone
        case (let file?, false): return .authorities(file: file)
        case (.some, true): throw bad("--tls-ca says whom to trust, and --insecure to trust anyone: give one")
        }
    }

    private static func account(_ arguments: ParsedArguments) throws -> MinerAccount {
        switch (arguments.value("--public-key"), arguments.value("--address")) {
        case (nil, nil): throw bad("who is to be paid? Give --address ADDRESS or --public-key HEX")
        case (.some, .some): throw bad("--address and --public-key are two ways to say one thing: give one")
        case (.some(let text), nil):
            guard let account = MinerAccount(publicKey: text) else {
                throw bad("--public-key must be 66 hex digits that begin with 02 or 03, and \"\(text)\" is not")
            }
            return account
        case (nil, .some(let text)):
            guard let account = MinerAccount(address: text) else { throw bad("\"\(text)\" is no address") }
            return account
        }
    }

    private static func worker(_ arguments: ParsedArguments) throws -> WorkerName? {
        guard let text = arguments.value("--worker") else { return nil }
        guard let name = WorkerName(text) else {
            throw bad(
                "--worker must be 1 to \(WorkerName.byteCountMax) letters, digits and ._-, and \"\(text)\" is not"
            )
        }
        return name
    }

    private static func number(
        _ arguments: ParsedArguments,
        _ option: String,
        in range: ClosedRange<UInt64>
    ) throws -> UInt64? {
        guard let text = arguments.value(option) else { return nil }
        guard let number = UInt64(text), range.contains(number) else {
            let allowed = "a whole number from \(range.lowerBound) to \(range.upperBound)"
            throw bad("\(option) must be \(allowed), and \"\(text)\" is not")
        }
        return number
    }

    private static func bad(_ problem: String) -> UsageError {
        .badValue(problem: problem, command: MineUsage.usage.name)
    }
}
