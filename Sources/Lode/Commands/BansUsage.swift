import Usage

enum BansUsage {
    static let usage = CommandUsage(
        "lode bans",
        summary: "List the addresses whose Stratum connections a gateway turns away, add one, or lift a ban",
        explanation: """
            An address from which too large a part of the shares is invalid is banned for stratum.ban_seconds. Bans \
            survive a restart. Each gateway keeps its own; an address of IPv6 stands for its /64 network. Who adds or lifts \
            one stands in the audit log (lode audit).
            """,
        examples: [
            ("lode bans list", "who is banned, until when and why"),
            ("lode bans lift 203.0.113.7", "lets the address in again at once"),
            ("lode bans add 203.0.113.7 --seconds 86400", "turns it away for a day"),
        ],
        commands: [("list", list.summary), ("lift", lift.summary), ("add", add.summary)]
    )

    static let list = CommandUsage(
        "lode bans list",
        summary: "Show who is banned, until when and why",
        options: [ConfigUsage.file, AdminCall.admin],
        explanation: "The ban that ends first stands first.",
        examples: [("lode bans list", "of the gateway on this machine")]
    )

    static let lift = CommandUsage(
        "lode bans lift",
        summary: "Let an address in again",
        operands: ["ADDRESS"],
        options: [ConfigUsage.file, AdminCall.admin],
        explanation: "Ends with status 1 when the address was not banned.",
        examples: [("lode bans lift 203.0.113.7", "before the hour is over")]
    )

    static let add = CommandUsage(
        "lode bans add",
        summary: "Turn an address away for a while",
        operands: ["ADDRESS"],
        options: [
            ConfigUsage.file, AdminCall.admin,
            OptionUsage("--seconds", "N", meaning: "For how long; else an hour"),
            OptionUsage("--reason", "TEXT", meaning: "What the list shall say, and whoever is banned is told"),
        ],
        explanation: "Its Stratum connections are closed within seconds.",
        examples: [("lode bans add 203.0.113.7 --seconds 86400", "for a day")]
    )
}
