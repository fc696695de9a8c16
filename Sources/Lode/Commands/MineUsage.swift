import Usage

enum MineUsage {
    static let poolURL = "http://127.0.0.1:8080"
    /// What pools take that do not care.
    static let password = "x"
    /// Options that say nothing to a pool over HTTP.
    static let stratumOptions = ["--password", "--algorithm", "--tls-ca", "--insecure"]

    static let usage = CommandUsage(
        "lode mine",
        summary: "Search for shares at a pool and be paid for them",
        options: [
            OptionUsage(
                "--url",
                "URL",
                standard: poolURL,
                meaning: "The pool: http://, https://, stratum+tcp://HOST:PORT or stratum+ssl://HOST:PORT"
            ),
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
            OptionUsage("--password", "TEXT", standard: password, meaning: "What a Stratum pool wants to hear besides"),
            OptionUsage(
                "--algorithm",
                "NAME",
                standard: "that of the address's coin",
                meaning: "What a Stratum pool's jobs are hashed with: scrypt or sha256d"
            ),
            OptionUsage(
                "--tls-ca",
                "FILE",
                standard: "the system's",
                meaning: "The authorities, or the pool's own certificate, that stratum+ssl:// trusts (PEM)"
            ),
            OptionUsage("--insecure", meaning: "Use TLS, but believe anyone to be the pool"),
        ],
        explanation: """
            Joins the pool, searches the bins that it is given, and sends what it finds as it finds it. It goes on by itself when \
            the pool restarts. On a terminal one line shows the progress; elsewhere plain lines say what happens.

            From a Stratum pool it takes jobs in place of bins. The user name is the address, or the key, and after a point the \
            worker's name. When the pool sends it to another host, it goes there only from verified TLS, and by verified TLS.

            Ends with status 0 after SIGTERM or Ctrl-C.
            """,
        examples: [
            ("lode mine --address ltc1q…", "for a pool on this machine"),
            ("lode mine --url http://pool:8080 --address ltc1q… --worker attic --threads 2", "a named machine, gently"),
            ("lode mine --url stratum+tcp://pool:3333 --address ltc1q…", "over Stratum"),
            ("lode mine --url stratum+ssl://pool:3334 --tls-ca pool.pem --address ltc1q…", "the same in TLS"),
        ]
    )
}
