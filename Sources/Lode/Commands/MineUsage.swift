import Usage

enum MineUsage {
    static let poolURL = "http://127.0.0.1:8080"

    static let usage = CommandUsage(
        "lode mine",
        summary: "Search for shares at a pool and be paid for them",
        options: [
            OptionUsage("--url", "URL", standard: poolURL, meaning: "The pool"),
            OptionUsage("--public-key", "HEX", meaning: "Who is paid: a compressed public key, 66 hex digits"),
            OptionUsage("--address", "ADDRESS", meaning: "Who is paid, in place of --public-key"),
            OptionUsage(
                "--worker",
                "NAME",
                standard: "default",
                meaning: "What this machine is called in the pool's statistics"
            ),
            OptionUsage("--threads", "NUMBER", standard: "one for each processor", meaning: "How many threads search"),
            OptionUsage(
                "--limit",
                "NUMBER",
                standard: "none",
                meaning: "The most hashes a second, all threads together"
            ),
        ],
        explanation: """
            Joins the pool, searches the bins that it is given, and sends what it finds as it finds it. It goes on by itself when \
            the pool restarts. On a terminal one line shows the progress; elsewhere plain lines say what happens.

            Ends with status 0 after SIGTERM or Ctrl-C.
            """,
        examples: [
            ("lode mine --address ltc1q…", "for a pool on this machine"),
            ("lode mine --url http://pool:8080 --address ltc1q… --worker attic --threads 2", "a named machine, gently"),
        ]
    )
}
