import BlockFormat
import Configuration
import Cryptography
import Gateway
import HTTPServer
import Messages
import Messaging
import ServiceRuntime
import System

/// The gateway: HTTP on one side, the other services' messages on the other, and nothing else within reach.
enum GatewayWiring {
    /// File descriptors that miners' connections leave to all else: nodes, the database, messages, files.
    private static let reservedDescriptorCount = 256

    static func open(_ premises: Premises, bans: BanList) throws -> [any Service] {
        let jobEvents: Subscriber<Job> = try premises.hints(premises.addresses.jobEvents, topic: "job")
        let blockEvents: Subscriber<BlockChanged> = try premises.hints(premises.addresses.chainEvents, topic: "block")
        let gateway = try Gateway(
            settings: try settings(premises.configuration, log: premises.surroundings.named("gateway").log),
            stratum: try StratumWiring.settings(premises, folder: bans.folder),
            network: premises.network,
            clientKey: premises.secret.derived(for: "client"),
            jobs: try premises.jobsChannel(),
            shares: try premises.sharesChannel(),
            ledger: try premises.ledgerChannel(),
            jobEvents: jobEvents,
            blockEvents: blockEvents,
            bans: bans,
            surroundings: premises.surroundings.named("gateway")
        )
        return [gateway]
    }

    /// Who is turned away, as the last run left it.
    static func bans(_ premises: Premises) throws -> BanList {
        BanList(folder: try premises.data.part("gateway"), surroundings: premises.surroundings.named("gateway"))
    }

    /// What operators see and do; they wait this long for the ledger to note it.
    static func pages(_ premises: Premises, bans: BanList) throws -> BanPages {
        BanPages(
            bans,
            ledger: try premises.ledger(within: .seconds(3)),
            log: premises.surroundings.named("gateway").log
        )
    }

    private static func settings(_ configuration: PoolConfiguration, log: Log) throws -> GatewaySettings {
        var settings = GatewaySettings()
        settings.host = configuration[Keys.Gateway.listen].host
        settings.port = configuration[Keys.Gateway.listen].port
        settings.limits = limits(configuration, log: log)
        settings.streamCountMax = configuration[Keys.Gateway.streams]
        settings.allowFile = configuration[Keys.Accounts.allowFile]
        settings.denyFile = configuration[Keys.Accounts.denyFile]
        settings.requestsPerSecondPerClient = configuration[Keys.Gateway.requestsPerClient]
        settings.requestsPerSecondPerAddress = configuration[Keys.Gateway.requestsPerAddress]
        settings.trustedProxies = try addresses(Keys.Gateway.trustedProxies, configuration)
        return settings
    }

    static func addresses(
        _ key: ConfigurationKey<[String]>,
        _ configuration: PoolConfiguration
    ) throws -> Set<RemoteAddress> {
        var addresses: Set<RemoteAddress> = []
        for text in configuration[key] {
            guard let address = RemoteAddress(text) else {
                throw configuration.error(at: key, "holds \"\(text)\", which is no IP address")
            }
            addresses.insert(address)
        }
        return addresses
    }

    private static func limits(_ configuration: PoolConfiguration, log: Log) -> HTTPLimits {
        var limits = HTTPLimits()
        limits.connectionCountMax = connectionCountMax(
            configuration[Keys.Gateway.connections],
            key: Keys.Gateway.connections.name,
            log: log
        )
        limits.connectionCountPerAddressMax = configuration[Keys.Gateway.connectionsPerAddress]
        limits.bodyByteCountMax = configuration[Keys.Gateway.bodyBytes]
        limits.headerByteCountMax = configuration[Keys.Gateway.headerBytes]
        limits.bodyDeadline = configuration[Keys.Gateway.requestTime]
        limits.headerDeadline = configuration[Keys.Gateway.requestTime] / 2
        limits.idleTime = configuration[Keys.Gateway.idleTime]
        return limits
    }

    /// No more than this process can hold open: without descriptors it could neither work nor refuse anyone.
    static func connectionCountMax(_ wanted: Int, key: String, log: Log) -> Int {
        let possible = max(1, OpenFileLimit.current - reservedDescriptorCount)
        guard wanted > possible else { return wanted }
        log.warning(
            "fewer connections than \(key): the limit of open files is too low",
            ["wanted": wanted, "possible": possible]
        )
        return possible
    }
}
