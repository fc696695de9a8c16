import HTTPServer
import System

extension Keys {
    package enum Gateway {
        package static let listen = ConfigurationKey(
            "gateway.listen",
            .listenAddress,
            standard: ListenAddress(host: "0.0.0.0", port: 8_080),
            meaning: "Where miners reach the pool over HTTP."
        )
        package static let connections = ConfigurationKey(
            "gateway.connections_max",
            .whole(1...100_000),
            standard: 10_000,
            meaning: "The most connections in all."
        )
        package static let connectionsPerAddress = ConfigurationKey(
            "gateway.connections_per_address_max",
            .whole(1...100_000),
            standard: 256,
            meaning: "The most connections from one address."
        )
        package static let streams = ConfigurationKey(
            "gateway.streams_max",
            .whole(1...100_000),
            standard: 2_000,
            meaning: "The most open /events in all."
        )
        package static let bodyBytes = ConfigurationKey(
            "gateway.body_bytes_max",
            .whole(1_024...1_048_576),
            standard: 65_536,
            meaning: "The most bytes in the body of a request."
        )
        package static let headerBytes = ConfigurationKey(
            "gateway.header_bytes_max",
            .whole(1_024...65_536),
            standard: 8_192,
            meaning: "The most bytes in the first line and headers of a request."
        )
        package static let requestTime = ConfigurationKey(
            "gateway.request_seconds_max",
            .seconds(.seconds(1) ... .seconds(600)),
            standard: .seconds(20),
            meaning: "How long a request's body may take to arrive, however steadily; its headers half as long."
        )
        package static let idleTime = ConfigurationKey(
            "gateway.idle_seconds_max",
            .seconds(.seconds(1) ... .seconds(3_600)),
            standard: .seconds(75),
            meaning: "How long a connection may be silent."
        )
        package static let requestsPerClient = ConfigurationKey(
            "gateway.client_requests_per_second",
            .whole(1...UInt64(100_000)),
            standard: 20,
            meaning: "How many requests a second one client may keep up; three seconds' worth may come at once."
        )
        package static let requestsPerAddress = ConfigurationKey(
            "gateway.address_requests_per_second",
            .whole(1...UInt64(1_000_000)),
            standard: 400,
            meaning: "The same for one address, behind which many clients may be."
        )
        package static let trustedProxies = ConfigurationKey(
            "gateway.trusted_proxies",
            .list(of: "IP addresses") { RemoteAddress($0) != nil },
            standard: [],
            meaning: "Proxies whose X-Forwarded-For is believed."
        )

        static let all: [AnyConfigurationKey] = [
            AnyConfigurationKey(listen), AnyConfigurationKey(connections), AnyConfigurationKey(connectionsPerAddress),
            AnyConfigurationKey(streams), AnyConfigurationKey(bodyBytes), AnyConfigurationKey(headerBytes),
            AnyConfigurationKey(requestTime), AnyConfigurationKey(idleTime), AnyConfigurationKey(requestsPerClient),
            AnyConfigurationKey(requestsPerAddress), AnyConfigurationKey(trustedProxies),
        ]
    }

    /// Whom the pool serves.
    package enum Accounts {
        package static let allowFile = ConfigurationKey(
            "accounts.allow_file",
            .optionalPath,
            standard: "",
            meaning:
                "A file of the accounts that alone are served, one address a line, # begins a comment; empty, or without accounts: all."
        )
        package static let denyFile = ConfigurationKey(
            "accounts.deny_file",
            .optionalPath,
            standard: "",
            meaning: "A file of the accounts that are not served, even if they are allowed; empty: none."
        )

        static let all = [allowFile, denyFile].map { AnyConfigurationKey($0) }
    }

    /// Where the services of this process listen for their colleagues.
    package enum Listen {
        package static let jobsPort: UInt16 = 4_301
        package static let jobEventsPort: UInt16 = 4_302
        package static let sharesPort: UInt16 = 4_303
        package static let blocksPort: UInt16 = 4_304
        package static let chainEventsPort: UInt16 = 4_305
        package static let ledgerPort: UInt16 = 4_306

        package static let jobs = key("jobs", "the job service answers", port: jobsPort)
        package static let jobEvents = key("job_events", "new jobs are announced", port: jobEventsPort)
        package static let shares = key("shares", "the share service answers", port: sharesPort)
        package static let blocks = key("blocks", "the chain watcher answers", port: blocksPort)
        package static let chainEvents = key(
            "chain_events",
            "changes of the chain are announced",
            port: chainEventsPort
        )
        package static let ledger = key("ledger", "the payout service answers", port: ledgerPort)

        static let all = [jobs, jobEvents, shares, blocks, chainEvents, ledger].map { AnyConfigurationKey($0) }

        private static func key(_ name: String, _ does: String, port: UInt16) -> ConfigurationKey<String> {
            ConfigurationKey(
                "listen.\(name)",
                .serviceAddress,
                standard: "",
                meaning: "Where \(does); empty: inside the process (all), else tcp://127.0.0.1:\(port)."
            )
        }
    }

    /// Where the services of this process find their colleagues.
    package enum Connect {
        package static let jobs = key("jobs")
        package static let jobEvents = key("job_events")
        package static let shares = key("shares")
        package static let blocks = key("blocks")
        package static let chainEvents = key("chain_events")
        package static let ledger = key("ledger")

        static let keys = [jobs, jobEvents, shares, blocks, chainEvents, ledger]
        static let all = keys.map { AnyConfigurationKey($0) }

        private static func key(_ name: String) -> ConfigurationKey<[String]> {
            ConfigurationKey(
                "connect.\(name)",
                .serviceAddresses,
                standard: [],
                meaning: "The addresses of all replicas that listen.\(name) stands for; empty: that one."
            )
        }
    }
}
