import Usage

/// The first page that somebody new sees.
enum TopUsage {
    static let usage = CommandUsage(
        "lode",
        summary: "a mining pool that hands out work, judges what comes back, follows the chain, and pays",
        options: [OptionUsage("--version", meaning: "Show the version")],
        explanation: """
            A pool is five services. On one machine "lode all" runs them together, with a database of its own; on \
            several, each runs as a process of its own and finds the others over TCP.

            Settings come from a YAML file (--config FILE or LODE_CONFIG) and from the environment, where \
            jobs.poll_seconds is LODE_JOBS_POLL_SECONDS; every one has a default.
            """,
        examples: [
            ("lode all", "the whole pool on this machine, against the Litecoin node that runs here"),
            ("LODE_NETWORK=litecoin-regtest lode all", "the same against a test node"),
            ("lode mine --url http://pool:8080 --address ltc1q…", "a miner for it"),
            ("lode config print", "every setting with its value and where that comes from"),
        ],
        commands: [("all", "Run the five services in one process")]
            + ServiceRole.allCases.map { ($0.rawValue, $0.summary) }
            + [
                ("mine", MineUsage.usage.summary), ("config", ConfigUsage.usage.summary),
                ("bans", BansUsage.usage.summary), ("ledger", LedgerUsage.usage.summary),
                ("verify", VerifyUsage.usage.summary), ("accounts", AccountsUsage.usage.summary),
                ("audit", AuditUsage.usage.summary),
            ]
    )
}
