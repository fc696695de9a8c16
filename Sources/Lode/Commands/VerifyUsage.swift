import Usage

enum VerifyUsage {
    static let usage = CommandUsage(
        "lode verify",
        summary: "Check a pool's proof that your work was counted and what it was credited",
        operands: ["FILE"],
        options: [
            OptionUsage("--url", "URL", meaning: "Fetch the proof from a pool instead of reading FILE"),
            OptionUsage(
                "--root",
                "HEX",
                meaning: "The block's root as you saw it elsewhere: the proof must lead to it"
            ),
            OptionUsage("--block", "HASH", meaning: "The block that it must be of"),
            OptionUsage("--address", "ADDRESS", meaning: "The account that it must be of"),
        ],
        explanation: """
            FILE is what a pool answers to GET /api/blocks/HASH/proof/ADDRESS; - reads standard input. It is checked \
            here, without asking anybody. Ends with status 0 when it holds, and with 1 and the reason when it does not.

            A pool could still show each miner a tree of its own: compare the root with what others were given for the \
            same block, with --root.
            """,
        examples: [
            ("lode verify proof.json", "a proof that was saved"),
            ("lode verify --url http://pool:8080/api/blocks/HASH/proof/ADDRESS", "the same, fetched"),
            ("curl -s URL | lode verify - --root HEX", "held against a root that another miner told"),
        ]
    )
}
