import Usage

enum AccountsUsage {
    private static let common = [ConfigUsage.file, AdminCall.admin]

    static let usage = CommandUsage(
        "lode accounts",
        summary: "Look at one miner's account, and set when it is paid",
        explanation: """
            Every account is paid once its confirmed balance reaches payouts.threshold, each payouts.interval_seconds, unless \
            it has settings of its own. Whatever is set here is written into the audit log, see lode audit.
            """,
        examples: [
            ("lode accounts show ADDRESS", "its balances, and when it is paid"),
            ("lode accounts set ADDRESS --payout-threshold 100000000", "once it has a whole coin"),
        ],
        commands: [
            ("show", show.summary), ("set", set.summary), ("reset", reset.summary), ("unpaid", unpaid.summary),
            ("admit", admit.summary),
        ]
    )

    static let show = CommandUsage(
        "lode accounts show",
        summary: "Show an account's balances, and when it is paid",
        operands: ["ADDRESS"],
        options: common + [PayoutsUsage.json],
        explanation: "Amounts are base units, 100,000,000 of which make one coin.",
        examples: [("lode accounts show ADDRESS", "everything about it")]
    )

    static let set = CommandUsage(
        "lode accounts set",
        summary: "Set when an account is paid",
        operands: ["ADDRESS"],
        options: common + [
            OptionUsage("--payout-threshold", "AMOUNT", meaning: "From which confirmed balance on, in base units"),
            OptionUsage(
                "--payout-interval",
                "TIME",
                meaning: "At most so often: 90m, 12h, 7d; a bare number is seconds"
            ),
        ],
        explanation: """
            What is not given stays as it was. A threshold below what the network takes for dust, or below the pool's own \
            least, is refused, and so is an interval shorter than the pool's: the answer names the limit. It holds from the \
            next plan on; payouts under way are not touched. Ends with status 1 and the reason when it was refused.
            """,
        examples: [
            (
                "lode accounts set ADDRESS --payout-threshold 50000000 --payout-interval 7d",
                "half a coin, weekly at most"
            )
        ]
    )

    static let unpaid = CommandUsage(
        "lode accounts unpaid",
        summary: "List the accounts that the wallet's node refuses to pay, and why",
        options: common + [PayoutsUsage.json] + Paging.options,
        explanation: """
            Payouts are made without them, so that they hold up nobody else; their money stays theirs. One whose address the \
            node takes for none is asked about again by itself. Any other is for a person: have it paid again with lode \
            accounts admit once its reason is gone.
            """,
        examples: [("lode accounts unpaid", "the last 50")]
    )

    static let admit = CommandUsage(
        "lode accounts admit",
        summary: "Have an account paid again that the wallet's node had refused to pay",
        operands: ["ADDRESS"],
        options: common,
        explanation: """
            The next plan has it again. Should the node still refuse, it is left out once more, and the others of its payout \
            are paid without it. Nothing happens to an account that is paid.
            """,
        examples: [("lode accounts admit ADDRESS", "once the reason that lode accounts unpaid tells is gone")]
    )

    static let reset = CommandUsage(
        "lode accounts reset",
        summary: "Let the pool's own settings hold for an account again",
        operands: ["ADDRESS"],
        options: common,
        explanation: "Nothing happens to an account without settings of its own.",
        examples: [("lode accounts reset ADDRESS", "as all others")]
    )
}
