import Foundation
import TestSupport
import Testing

@Suite struct CommandLineTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder("command-line") }

    @Test(arguments: [
        [], ["--help"], ["help"], ["-h"], ["config"], ["config", "print", "--help"], ["mine", "--help"],
        ["payouts", "--help"], ["payouts", "list", "--help"], ["payouts", "show", "--help"],
        ["payouts", "retry", "--help"], ["payouts", "cancel", "--help"], ["audit", "--help"],
        ["accounts", "--help"], ["accounts", "show", "--help"], ["accounts", "set", "--help"],
        ["accounts", "reset", "--help"], ["accounts", "unpaid", "--help"], ["accounts", "admit", "--help"],
    ])
    func helpTeaches(_ words: [String]) async throws {
        let outcome = try await LodeProgram.run(words, in: folder)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("Usage:"))
        #expect(outcome.output.contains("Examples:"))
    }

    @Test func theVersionIsShown() async throws {
        #expect(try await LodeProgram.run(["--version"], in: folder).output.hasPrefix("lode 0."))
    }

    @Test(arguments: [
        (["mien"], "lode has no command \"mien\", the nearest is mine; lode --help lists them.\n"),
        (["--verison"], "lode has no option --verison, the nearest is --version; lode --help lists them.\n"),
        (
            ["config", "pirnt"],
            "lode config has no command \"pirnt\", the nearest is print; lode config --help lists them.\n"
        ),
        (
            ["mine", "--thread", "2"],
            "lode mine has no option --thread, the nearest is --threads; lode mine --help lists them.\n"
        ),
        (
            ["payouts", "lsit"],
            "lode payouts has no command \"lsit\", the nearest is list; lode payouts --help lists them.\n"
        ),
        (
            ["payouts", "show", "x"],
            "lode payouts show: ID must be a payout's number, and \"x\" is none; see lode payouts show --help.\n"
        ),
        (
            ["payouts", "retry"],
            "lode payouts retry: ID must be a payout's number; lode payouts list shows them; see lode payouts retry --help.\n"
        ),
        (
            ["payouts", "list", "--state", "lost"],
            "lode payouts list: --state must be one of planned, reserved, signed, broadcast, confirmed, stuck, conflicted, cancelled, and \"lost\" is not; see lode payouts list --help.\n"
        ),
        (
            ["audit", "--count", "201"],
            "lode audit: --count must be a whole number from 1 to 200, and \"201\" is not; see lode audit --help.\n"
        ),
        (
            ["audit", "--account", "x y"],
            "lode audit: --account must be an address, and \"x y\" is none; see lode audit --help.\n"
        ),
        (
            ["accounts", "set", "abc"],
            "lode accounts set: give --payout-threshold, --payout-interval, or both; see lode accounts set --help.\n"
        ),
        (
            ["accounts", "set", "abc", "--payout-threshold", "0.5"],
            "lode accounts set: --payout-threshold must be a whole number of base units, and \"0.5\" is not; see lode accounts set --help.\n"
        ),
        (
            ["accounts", "set", "abc", "--payout-interval", "1w"],
            "lode accounts set: --payout-interval must be a time such as 90m, 12h or 7d, and \"1w\" is not; see lode accounts set --help.\n"
        ),
        (
            ["accounts", "show", "a/b"],
            "lode accounts show: ADDRESS must be a miner's address, and \"a/b\" is none; see lode accounts show --help.\n"
        ),
        (["help", "all"], "lode: help stands alone, and \"all\" follows it; see lode --help.\n"),
        (["--version", "extra"], "lode: --version stands alone, and \"extra\" follows it; see lode --help.\n"),
        (["-h", "-h"], "lode: -h stands alone, and \"-h\" follows it; see lode --help.\n"),
        (
            ["config", "--help", "print"],
            "lode config: --help stands alone, and \"print\" follows it; see lode config --help.\n"
        ),
        (["mine"], "lode mine: who is to be paid? Give --address ADDRESS or --public-key HEX; see lode mine --help.\n"),
        (
            ["mine", "--address", "a", "--threads", "0"],
            "lode mine: --threads must be a whole number from 1 to 1024, and \"0\" is not; see lode mine --help.\n"
        ),
    ])
    func whatIsNotUnderstoodIsOneSentenceAndStatus64(_ words: [String], _ sentence: String) async throws {
        let outcome = try await LodeProgram.run(words, in: folder)
        #expect(outcome.output == sentence)
        #expect(outcome.status == 64)
    }

    @Test func aMistakeInTheFileIsOneSentenceAndStatus1() async throws {
        let file = folder.path + "/pool.yaml"
        try "network: litecoin\njobs:\n  pol_seconds: 1\n".write(toFile: file, atomically: true, encoding: .utf8)
        for words in [["config", "check", file], ["config", "print", "--config", file]] {
            let outcome = try await LodeProgram.run(words, in: folder)
            #expect(
                outcome.output
                    == "lode: \(file):3: unknown key jobs.pol_seconds; the nearest known key is jobs.poll_seconds.\n"
            )
            #expect(outcome.status == 1)
        }
    }

    @Test func aDatabaseThatNobodyCanReachIsSaidSo() async throws {
        let environment = ["LODE_POSTGRES_URL": "postgres://lode:hunter2@db:70000/lode"]
        for words in [["config", "check"], ["config", "print"], ["payouts"], ["all"]] {
            let outcome = try await LodeProgram.run(words, environment: environment, in: folder)
            #expect(
                outcome.output
                    == "lode: LODE_POSTGRES_URL: postgres.url has a port that is no whole number from 1 to 65535.\n"
            )
            #expect(outcome.status == 1)
        }
    }

    @Test func aFileThatIsNotThereIsSaidSo() async throws {
        let outcome = try await LodeProgram.run(["config", "check"], environment: ["LODE_CONFIG": "/none"], in: folder)
        #expect(outcome.output == "lode: /none: cannot be read: does not exist.\n")
        #expect(outcome.status == 1)
    }

    @Test(arguments: [["config", "check"], ["config", "print"]])
    func aVariableThatIsNoSettingIsWarnedOf(_ words: [String]) async throws {
        let outcome = try await LodeProgram.run(words, environment: ["LODE_POOL_TAGG": "x"], in: folder)
        #expect(
            outcome.output.contains(
                "lode: LODE_POOL_TAGG is not a setting and has no effect; the nearest is LODE_POOL_TAG\n"
            )
        )
        #expect(outcome.status == 0)
    }

    @Test func whatIsPrintedCanBeChecked() async throws {
        let printed = try await LodeProgram.run(
            ["config", "print"],
            environment: ["LODE_POOL_TAG": "a: \"b\" # c"],
            in: folder
        )
        let file = folder.path + "/printed.yaml"
        try printed.output.write(toFile: file, atomically: true, encoding: .utf8)
        let checked = try await LodeProgram.run(["config", "check", file], in: folder)
        #expect(checked.output == "\(file) can be used\n")
        #expect(checked.status == 0)
    }
}
