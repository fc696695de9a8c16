import Usage

enum LedgerUsage {
    static let usage = CommandUsage(
        "lode ledger",
        summary: "Look through the books of a running payout service",
        explanation: "Nothing is changed: what is wrong is named, with the rows and what to do about it.",
        examples: [("lode ledger verify", "is every unit where it belongs?")],
        commands: [("verify", verify.summary)]
    )

    static let verify = CommandUsage(
        "lode ledger verify",
        summary: "Count the books again: money, blocks, payouts, work, and the wallet",
        options: [
            ConfigUsage.file, AdminCall.admin,
            OptionUsage("--without-wallet", meaning: "Leave the wallet alone; the rest decides"),
        ],
        explanation: """
            Reads everything in one snapshot, each share included: seconds, or minutes for a hundred million shares; miners \
            notice nothing. Ends with status 0 only when all was checked and all is right, else with 1. A wallet that \
            does not answer is said, and is no pass.

            The payout service makes the same checks by itself, most of them every minute: see lode_ledger_findings. \
            docs/operations.md tells of each finding.
            """,
        examples: [
            ("lode ledger verify", "the books of the payout service on this machine"),
            ("lode ledger verify --admin 127.0.0.1:9095", "of one that runs as a process of its own"),
        ]
    )
}
