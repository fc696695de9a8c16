import Usage

enum AuditUsage {
    static let usage = CommandUsage(
        "lode audit",
        summary: "Show what operators have done about payouts, accounts and bans, and what they were refused",
        options: [
            ConfigUsage.file, AdminCall.admin,
            OptionUsage("--payout", "ID", meaning: "Only what was about this payout"),
            OptionUsage("--account", "ADDRESS", meaning: "Only what was about this account"),
            PayoutsUsage.json,
        ] + Paging.options,
        explanation: """
            The newest stands first: when, who, what, about what, and whether it was done. An entry is written together \
            with what it tells of, in one transaction, and can be neither changed nor removed; that of a ban, which a \
            gateway makes, right after it, and in the gateway's own log only while the ledger is away. Who it was is what \
            the command said, the user's name and the machine's: whoever reaches the admin address could say another.
            """,
        examples: [
            ("lode audit", "the last 50 entries"),
            ("lode audit --payout 7", "who has done what about payout 7"),
        ]
    )
}
