import Ledger
import Usage

enum PayoutsUsage {
    static let json = OptionUsage("--json", meaning: "Write the service's answer as JSON, for programs")
    private static let common = [ConfigUsage.file, AdminCall.admin]
    private static let states = PayoutAttempt.State.allCases.map(\.rawValue).joined(separator: ", ")

    /// Of the help of the service itself.
    static let commands: [(name: String, summary: String)] = [
        ("list", list.summary), ("show", show.summary), ("retry", retry.summary), ("cancel", cancel.summary),
        ("export", export.summary), ("import", takeBack.summary),
    ]

    static let explanation = """
        While it runs, the commands below look at payouts and act on them over its admin address. A payout is one transaction \
        that pays up to 100 accounts. It is planned and reserved (money set aside), signed (its bytes are stored), broadcast \
        (the network has it) and confirmed: all of that by itself. It is stuck when the network refuses it or leaves it \
        lying, and conflicted when another transaction has spent its coins: then a person must look. Whatever a person does \
        is written into the audit log, see lode audit.
        """

    static let examples: [(line: String, meaning: String)] = [
        ("lode payouts list --state stuck", "which payouts need a person?"),
        ("lode payouts show 7", "everything about one: why, whom it pays, who did what"),
        ("lode payouts retry 7", "have its stored bytes sent again"),
    ]

    static let list = CommandUsage(
        "lode payouts list",
        summary: "Show payouts, the newest first",
        options: common + [OptionUsage("--state", "STATE", meaning: "Only those in it: \(states)"), json]
            + Paging.options,
        explanation: "Amounts are base units, 100,000,000 of which make one coin.",
        examples: [
            ("lode payouts list", "the last 50"),
            ("lode payouts list --state conflicted", "those whose coins are gone"),
        ]
    )

    static let show = CommandUsage(
        "lode payouts show",
        summary: "Show one payout: state, reason, outputs, transactions, and who has done what about it",
        operands: ["ID"],
        options: common + [json],
        explanation: """
            A payout may have several transactions: each later one pays a higher fee from the same coins, so that only one \
            of them is ever mined.
            """,
        examples: [("lode payouts show 7", "everything about payout 7")]
    )

    static let retry = CommandUsage(
        "lode payouts retry",
        summary: "Try a stuck or conflicted payout again",
        operands: ["ID"],
        options: common,
        explanation: """
            The next run sends the very bytes that are stored: nothing is signed anew, so nobody can be paid twice. A \
            conflicted one can succeed only when what had spent its coins was reorganised away, and is conflicted again \
            otherwise; what is under way is tried again by itself. Ends with status 1 and the reason when it was refused.
            """,
        examples: [("lode payouts retry 7", "once the reason that show tells is gone")]
    )

    static let cancel = CommandUsage(
        "lode payouts cancel",
        summary: "Give a payout up, and its money back to the accounts",
        operands: ["ID"],
        options: common,
        explanation: """
            Only one that was never signed (reserved), or is conflicted, when the wallet proves that another transaction \
            spent its coins and pays none of its addresses. Anything else may still be mined, and would be paid twice. The \
            accounts are paid again when they are due. Ends with status 1 and the reason when it was refused.
            """,
        examples: [("lode payouts cancel 7", "gives up payout 7")]
    )

    static let export = CommandUsage(
        "lode payouts export",
        summary: "Write a payout's unsigned transaction (PSBT), for whoever has the keys",
        operands: ["ID"],
        options: common,
        explanation: """
            With payouts.signing = psbt the node's wallet only watches. Each payout waits, reserved, until somebody signs what \
            is exported here and hands it back with lode payouts import. It is the same however often it is exported. Once \
            it was, it may have been signed: it is cancelled no more, unless its coins were provably spent otherwise.
            """,
        examples: [
            ("lode payouts export 7 > payout-7.psbt", "base64, as wallets read it"),
            ("lode payouts list --state reserved", "which wait?"),
        ]
    )

    static let takeBack = CommandUsage(
        "lode payouts import",
        summary: "Hand a payout's signed transaction back",
        operands: ["ID", "FILE"],
        options: common,
        explanation: """
            FILE is the signed PSBT, base64 or bytes; - reads standard input. It must be the very transaction that was \
            exported, with every signature, and one that the node would take; then it is stored, and the next run sends it. \
            Anything else is refused with status 1 and the reason, and changes nothing. A payout that is signed already takes \
            no other signatures.
            """,
        examples: [("lode payouts import 7 payout-7-signed.psbt", "from the machine with the keys")]
    )
}
