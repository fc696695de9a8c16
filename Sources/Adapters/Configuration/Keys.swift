package import BlockFormat
package import Cryptography

/// Everything that can be set, one folder of names a section; `all` holds each key once, in the order of the documentation.
package enum Keys {
    package static let network = ConfigurationKey(
        "network",
        .network,
        standard: .litecoin,
        meaning: "The chain that is mined."
    )
    package static let dataFolder = ConfigurationKey(
        "data_folder",
        .path,
        standard: "lode-data",
        meaning: "Where everything that must survive a restart is kept; one running lode a folder."
    )
    package static let secret = ConfigurationKey(
        "secret",
        .secretBytes(count: 32),
        standard: nil,
        meaning:
            "The pool's secret, the same for every process of one pool; empty: made once and kept in the data folder."
    )
    package static let nodes = ConfigurationKey(
        "nodes",
        .nodes,
        standard: [],
        meaning: "Full nodes, the preferred one first; empty: one on this machine, with the cookie of this user's node."
    )
    package static let nodeTimeout = ConfigurationKey(
        "node_timeout_seconds",
        .seconds(.seconds(1) ... .seconds(600)),
        standard: .seconds(10),
        meaning: "How long a node may take for an answer."
    )

    package enum Wallet {
        package static let name = ConfigurationKey(
            "wallet.name",
            .text(byteCountMax: 100),
            standard: "pool",
            meaning:
                "The node's wallet that receives rewards and pays miners; empty: the node's default one."
        )
    }

    package enum Log {
        package static let level = ConfigurationKey(
            "log.level",
            .choice(["debug", "info", "warning", "error"]),
            standard: "info",
            meaning: "The least important lines that are written to standard error."
        )
    }

    package enum Postgres {
        package static let url = ConfigurationKey(
            "postgres.url",
            .secretText("a libpq connection string such as postgres://user:password@host/database, or empty"),
            standard: "",
            meaning: "The ledger's database; empty: a private one in the data folder, started and stopped by lode."
        )
    }

    package enum Admin {
        package static let listen = ConfigurationKey(
            "admin.listen",
            .optionalListenAddress,
            standard: nil,
            meaning:
                "Where /healthz, /readyz and /metrics are served; empty: 127.0.0.1 and port 9090 (all), 9091 (gateway), 9092 (jobs), 9093 (shares), 9094 (chain) or 9095 (payouts)."
        )
        package static let names = ConfigurationKey(
            "admin.names",
            .list(of: "host names") { HostName.isValid($0) },
            standard: [],
            meaning: "Names by which the admin address may be called, beside localhost, its own host and IP addresses."
        )
    }

    /// Every key, in the order in which it is printed and documented.
    package static let all: [AnyConfigurationKey] =
        [
            AnyConfigurationKey(network), AnyConfigurationKey(dataFolder), AnyConfigurationKey(secret),
            AnyConfigurationKey(nodes), AnyConfigurationKey(nodeTimeout), AnyConfigurationKey(Wallet.name),
        ] + Pool.all + Bins.all + Jobs.all + Shares.all + Chain.all + Payouts.all + [AnyConfigurationKey(Postgres.url)]
        + Gateway.all + Stratum.all + Accounts.all + Listen.all + Connect.all + [
            AnyConfigurationKey(Admin.listen), AnyConfigurationKey(Admin.names), AnyConfigurationKey(Log.level),
        ]
}
