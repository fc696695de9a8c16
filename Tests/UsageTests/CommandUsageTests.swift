import Testing
import Usage

@Suite struct CommandUsageTests {
    private static let mine = CommandUsage(
        "lode mine",
        summary: "Search for shares",
        operands: ["FILE"],
        options: [
            OptionUsage("--url", "URL", standard: "http://127.0.0.1:8080", meaning: "The pool"),
            OptionUsage("--once", meaning: "Stop after one bin"),
        ],
        explanation: "One.\n\nTwo.",
        examples: [("lode mine --once", "tries it")]
    )

    @Test(arguments: [
        ["--url", "http://a"], ["--url=http://a"], ["--url", "http://a", "--once", "file"], ["file", "--url=http://a"],
    ])
    func bothSpellingsOfAValueAreRead(_ words: [String]) throws {
        #expect(try Self.mine.parse(words).value("--url") == "http://a")
    }

    @Test func aValueMayHoldAnEqualsSign() throws {
        #expect(try Self.mine.parse(["--url=http://a?b=c"]).value("--url") == "http://a?b=c")
    }

    @Test func whatIsNotTypedIsNotThere() throws {
        let parsed = try Self.mine.parse([])
        #expect(parsed.value("--url") == nil)
        #expect(!parsed.has("--once"))
        #expect(parsed.operands == [])
    }

    @Test(arguments: [["--help"], ["-h"], ["--url", "x", "--help"]])
    func helpIsAlwaysThere(_ words: [String]) throws {
        #expect(try Self.mine.parse(words).has("--help"))
    }

    @Test(arguments: [
        (["--ulr", "x"], "lode mine has no option --ulr, the nearest is --url; lode mine --help lists them."),
        (["--colour"], "lode mine has no option --colour; lode mine --help lists them."),
        (["--url"], "lode mine: --url needs a value, --url URL."),
        (["--url="], "lode mine: --url needs a value, --url URL."),
        (["--once=yes"], "lode mine: --once takes no value."),
        (["--url", "a", "--url", "b"], "lode mine: --url stands there twice."),
        (["a", "b"], "lode mine takes no \"b\"; see lode mine --help."),
    ])
    func aMistakeIsOneSentence(_ words: [String], _ sentence: String) {
        let error = #expect(throws: UsageError.self) { try Self.mine.parse(words) }
        #expect(error?.description == sentence)
    }

    @Test(arguments: [
        ("crae", "lode has no command \"crae\", the nearest is care; lode --help lists them."),
        ("explode", "lode has no command \"explode\"; lode --help lists them."),
    ])
    func aCommandThatIsNoneIsRefusedWithTheNearest(_ word: String, _ sentence: String) {
        let usage = CommandUsage("lode", summary: "", explanation: "", commands: [("mine", ""), ("care", "")])
        #expect(usage.unknownCommand(word).description == sentence)
    }

    @Test func theHelpTeaches() {
        #expect(
            HelpPage(Self.mine).description == """
                lode mine: Search for shares

                Usage:
                  lode mine [OPTIONS] [FILE]

                One.

                Two.

                Examples:
                  # tries it
                  lode mine --once

                Options:
                  --url URL  The pool (default: http://127.0.0.1:8080)
                  --once     Stop after one bin
                  --help     Show this page

                """
        )
    }
}
