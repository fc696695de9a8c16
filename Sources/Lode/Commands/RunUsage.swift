import Usage

enum RunUsage {
    static func usage(_ assignment: Assignment) -> CommandUsage {
        switch assignment {
        case .all: all
        case .one(let role): one(role)
        }
    }

    private static let ending = """
        Ends with status 0 after SIGTERM or Ctrl-C, when what is in hand is finished, and with status 1 and one sentence \
        when it cannot start. Health is on admin.listen: /healthz, /readyz, /metrics.
        """

    private static let all = CommandUsage(
        "lode all",
        summary: "Run the five services in one process",
        options: [ConfigUsage.file],
        explanation: """
            Needs a full node with a wallet; by default the Litecoin node of this machine and user. It may come later: \
            lode keeps trying, and says on /readyz what it waits for. Without postgres.url a private PostgreSQL is made in the \
            data folder, started, and stopped at the end.

            \(ending)
            """,
        examples: [
            ("lode all", "with every default: network litecoin, miners on port 8080, data in ./lode-data"),
            ("lode all --config pool.yaml", "with settings of your own"),
            ("LODE_NETWORK=litecoin-regtest LODE_GATEWAY_LISTEN=127.0.0.1:8080 lode all", "against a test node"),
        ]
    )

    private static func one(_ role: ServiceRole) -> CommandUsage {
        CommandUsage(
            "lode \(role.rawValue)",
            summary: role.summary,
            options: [ConfigUsage.file],
            explanation: ([role.explanation] + (role == .payouts ? [PayoutsUsage.explanation] : [])).joined(
                separator: "\n\n"
            ) + """


                The other services may start before or after it. All processes of a pool need the same secret: on one \
                machine they share data_folder, on several set it (LODE_SECRET).

                \(ending)
                """,
            examples: [
                ("lode \(role.rawValue)", "all services on one machine, with their standard ports"),
                ("lode \(role.rawValue) --config pool.yaml", "with settings of your own"),
            ] + (role == .payouts ? PayoutsUsage.examples : []),
            commands: role == .payouts ? PayoutsUsage.commands : []
        )
    }
}
