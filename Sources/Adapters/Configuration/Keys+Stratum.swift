package import MiningDomain
import System

extension Keys {
    package enum Stratum {
        package static let listen = ConfigurationKey(
            "stratum.listen",
            .optionalListenAddress,
            standard: ListenAddress(host: "0.0.0.0", port: 3_333),
            meaning: "Where mining hardware reaches the pool by Stratum V1; empty: nowhere."
        )
        package static let listenTLS = ConfigurationKey(
            "stratum.tls_listen",
            .optionalListenAddress,
            standard: ListenAddress(host: "0.0.0.0", port: 3_334),
            meaning: "The same with TLS (stratum+ssl); empty: nowhere."
        )
        package static let certificate = ConfigurationKey(
            "stratum.tls_certificate",
            .text(byteCountMax: 4_096),
            standard: "",
            meaning:
                "A PEM file with the certificate and its chain; empty: one that signs itself, kept in the data folder."
        )
        package static let certificateKey = ConfigurationKey(
            "stratum.tls_key",
            .text(byteCountMax: 4_096),
            standard: "",
            meaning: "A PEM file with the certificate's private key."
        )
        package static let threads = ConfigurationKey(
            "stratum.threads",
            .whole(0...256),
            standard: 0,
            meaning:
                "How many threads serve connections; 0: one for each processor but one, which is left to the database and the rest."
        )
        package static let connections = ConfigurationKey(
            "stratum.connections_max",
            .whole(1...1_000_000),
            standard: 10_000,
            meaning: "The most Stratum connections in all."
        )
        package static let connectionsPerAddress = ConfigurationKey(
            "stratum.connections_per_address_max",
            .whole(1...1_000_000),
            standard: 100,
            meaning: "The most Stratum connections from one address (one /64 network of IPv6)."
        )
        package static let trustedProxies = ConfigurationKey(
            "stratum.trusted_proxies",
            .list(of: "IP addresses") { RemoteAddress($0) != nil },
            standard: [],
            meaning:
                "Load balancers that begin each connection with a PROXY protocol header (v1 or v2), which is believed."
        )
        package static let idleTime = ConfigurationKey(
            "stratum.idle_seconds_max",
            .seconds(.seconds(1) ... .seconds(86_400)),
            standard: .seconds(600),
            meaning: "How long a connection may send nothing."
        )
        package static let linesPerSecond = ConfigurationKey(
            "stratum.lines_per_second_max",
            .whole(1...UInt64(10_000_000)),
            standard: 200,
            meaning: "How many lines a second one connection may keep up; ten seconds' worth may come at once."
        )
        package static let gatherTime = ConfigurationKey(
            "stratum.gather_seconds",
            .seconds(.zero ... .milliseconds(100)),
            standard: .milliseconds(2),
            meaning:
                "How long a thread lets shares come together at most while it has more than 7,000 a second: the longer, the less each costs and the later its answer; 0: never."
        )
        package static let startDifficulty = ConfigurationKey(
            "stratum.start_difficulty",
            .difficulty,
            standard: Difficulty(scaled: 16 * Difficulty.scale) ?? .one,
            meaning: "What a connection's shares begin at, on the scale that miners of the network's algorithm use."
        )
        package static let minimumDifficulty = ConfigurationKey(
            "stratum.minimum_difficulty",
            .difficulty,
            standard: Difficulty(scaled: Difficulty.scale / 1_000) ?? .one,
            meaning: "The easiest share of a connection."
        )
        package static let maximumDifficulty = ConfigurationKey(
            "stratum.maximum_difficulty",
            .difficulty,
            standard: Difficulty(scaled: 9_000_000_000 * Difficulty.scale) ?? .one,
            meaning: "The hardest share of a connection."
        )
        package static let shareTime = ConfigurationKey(
            "stratum.share_seconds",
            .seconds(.milliseconds(100) ... .seconds(600)),
            standard: .seconds(4),
            meaning: "How often a connection should find a share: its difficulty follows its speed."
        )
        package static let retargetTime = ConfigurationKey(
            "stratum.retarget_seconds",
            .seconds(.seconds(1) ... .seconds(3_600)),
            standard: .seconds(90),
            meaning: "How often a connection's difficulty is looked at; sooner when it is far off."
        )
        package static let banPercent = ConfigurationKey(
            "stratum.ban_invalid_percent",
            .percent(upTo: 100),
            standard: 3_000,
            meaning: "The part of an address's shares that may be invalid before it is banned; 0: nobody is banned."
        )
        package static let banTime = ConfigurationKey(
            "stratum.ban_seconds",
            .seconds(.seconds(1) ... .seconds(2_592_000)),
            standard: .seconds(3_600),
            meaning: "How long a ban lasts."
        )

        static let all: [AnyConfigurationKey] = [
            AnyConfigurationKey(listen), AnyConfigurationKey(listenTLS), AnyConfigurationKey(certificate),
            AnyConfigurationKey(certificateKey), AnyConfigurationKey(threads), AnyConfigurationKey(connections),
            AnyConfigurationKey(connectionsPerAddress), AnyConfigurationKey(trustedProxies),
            AnyConfigurationKey(idleTime), AnyConfigurationKey(linesPerSecond), AnyConfigurationKey(gatherTime),
            AnyConfigurationKey(startDifficulty),
            AnyConfigurationKey(minimumDifficulty), AnyConfigurationKey(maximumDifficulty),
            AnyConfigurationKey(shareTime), AnyConfigurationKey(retargetTime), AnyConfigurationKey(banPercent),
            AnyConfigurationKey(banTime),
        ]
    }
}
