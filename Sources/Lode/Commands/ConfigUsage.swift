import Usage

enum ConfigUsage {
    static let file = OptionUsage(
        "--config",
        "FILE",
        meaning: "A YAML file of settings; else the one that LODE_CONFIG names"
    )

    static let usage = CommandUsage(
        "lode config",
        summary: "Check and show settings",
        explanation: """
            Settings come from three places, each beating the one before: the default, the file, the environment. The \
            variable of a setting is LODE_ and its name in capitals, with _ for each dot.
            """,
        examples: [
            ("lode config print", "every setting, with where its value comes from"),
            ("lode config check pool.yaml", "says what is wrong with a file, before it matters"),
        ],
        commands: [
            ("check", check.summary), ("print", print.summary), ("table", table.summary),
        ]
    )

    static let check = CommandUsage(
        "lode config check",
        summary: "Say whether a file of settings can be used",
        operands: ["FILE"],
        explanation: """
            Reads the file, or the one that LODE_CONFIG names, together with the environment, as every service does at \
            its start. Ends with status 0 when all is well; otherwise says in one sentence what is wrong and where, with status 1.
            """,
        examples: [("lode config check pool.yaml", "before a restart")]
    )

    static let print = CommandUsage(
        "lode config print",
        summary: "Show the settings in force, as YAML, with where each comes from",
        options: [file],
        explanation: "Secrets are shown as •••. Without them, what is printed can be used as a file of settings.",
        examples: [
            ("lode config print --config pool.yaml", "what this file and the environment make together"),
            ("LODE_LOG_LEVEL=debug lode config print", "the same with a variable"),
        ]
    )

    static let table = CommandUsage(
        "lode config table",
        summary: "Show all settings with their meaning, as Markdown",
        explanation: "This is the table of docs/operations.md.",
        examples: [("lode config table", "all that can be set")]
    )
}
