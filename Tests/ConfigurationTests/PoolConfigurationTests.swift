import BlockFormat
import Configuration
import Cryptography
import MiningDomain
import Testing

@Suite struct PoolConfigurationTests {
    private func configuration(
        _ text: String? = nil,
        environment: [String: String] = [:]
    ) throws(ConfigurationError) -> PoolConfiguration {
        try PoolConfiguration(file: text.map { ("lode.yaml", Array($0.utf8)) }, environment: environment)
    }

    @Test func nothingSetMeansTheDefaults() throws {
        let configuration = try configuration()
        #expect(configuration[Keys.network] == .litecoin)
        #expect(configuration[Keys.Bins.target] == .seconds(5))
        #expect(configuration[Keys.secret] == nil)
        #expect(configuration.origin(of: Keys.network) == .standard)
        #expect(configuration.warnings == [])
    }

    @Test func theFileBeatsTheDefaultAndTheEnvironmentTheFile() throws {
        let configuration = try configuration(
            """
            network: litecoin-regtest
            jobs:
              poll_seconds: 0.25
              refresh_seconds: 20
            pool:
              fee_percent: 1.5
            """,
            environment: ["LODE_JOBS_REFRESH_SECONDS": "7", "HOME": "/root"]
        )
        #expect(configuration[Keys.network] == .litecoinRegtest)
        #expect(configuration[Keys.Jobs.poll] == .milliseconds(250))
        #expect(configuration[Keys.Jobs.refresh] == .seconds(7))
        #expect(configuration[Keys.Pool.fee] == 150)
        #expect(configuration.origin(of: Keys.Jobs.poll) == .file(path: "lode.yaml", line: 3))
        #expect(configuration.origin(of: Keys.Jobs.refresh) == .environment(name: "LODE_JOBS_REFRESH_SECONDS"))
    }

    @Test func everyKindOfValueIsRead() throws {
        let secret = String(repeating: "0f", count: 32)
        let configuration = try configuration(
            """
            data_folder: "/var/lib/lode"
            secret: \(secret)
            pool: {share_difficulty: 0.25, tag: "a b", pplns_factor: 0.5}
            gateway: {listen: "[::1]:8080", trusted_proxies: [10.0.0.1, "::1"]}
            connect: {shares: ["tcp://a:1", "tls+tcp://b:2"]}
            listen: {jobs: "ipc:///run/lode/jobs"}
            payouts: {enabled: false, threshold: 50000}
            nodes:
              - url: http://127.0.0.1:9332
                user: u
                password: "p: w"
              - {url: "https://node.example", cookie_file: /cookie}
            """
        )
        #expect(configuration[Keys.dataFolder] == "/var/lib/lode")
        #expect(configuration[Keys.secret]?.exposed == [UInt8](repeating: 0x0f, count: 32))
        #expect(configuration[Keys.Pool.shareDifficulty].description == "0.25")
        #expect(configuration[Keys.Pool.pplnsFactor] == 500_000)
        #expect(configuration[Keys.Gateway.listen] == ListenAddress(host: "::1", port: 8_080))
        #expect(configuration[Keys.Gateway.trustedProxies] == ["10.0.0.1", "::1"])
        #expect(configuration[Keys.Connect.shares] == ["tcp://a:1", "tls+tcp://b:2"])
        #expect(configuration[Keys.Listen.jobs] == "ipc:///run/lode/jobs")
        #expect(configuration[Keys.Payouts.enabled] == false)
        #expect(
            configuration[Keys.nodes] == [
                NodeEntry(url: "http://127.0.0.1:9332", user: "u", password: "p: w"),
                NodeEntry(url: "https://node.example", cookieFile: "/cookie"),
            ]
        )
    }

    @Test(arguments: ["http://a", "https://node.example:443", "http://[::1]:9332/", "http://10.0.0.1:9332/rpc"])
    func aNodesAddressMayBeShort(url: String) throws {
        #expect(try configuration("nodes: [{url: \"\(url)\"}]\n")[Keys.nodes] == [NodeEntry(url: url)])
    }

    @Test func listsInTheEnvironmentAreYAMLInOneLine() throws {
        let configuration = try configuration(
            environment: [
                "LODE_NODES": "[{url: 'http://127.0.0.1:1', user: a, password: b}]",
                "LODE_CONNECT_LEDGER": "['tcp://ledger:4306']",
            ]
        )
        #expect(configuration[Keys.nodes] == [NodeEntry(url: "http://127.0.0.1:1", user: "a", password: "b")])
        #expect(configuration[Keys.Connect.ledger] == ["tcp://ledger:4306"])
    }

    @Test(arguments: [
        ("netwrok: litecoin\n", "lode.yaml:1: unknown key netwrok; the nearest known key is network."),
        (
            "jobs:\n  pol_seconds: 1\n",
            "lode.yaml:2: unknown key jobs.pol_seconds; the nearest known key is jobs.poll_seconds."
        ),
        ("something_else: 1\n", "lode.yaml:1: unknown key something_else."),
        ("jobs: 3\n", "lode.yaml:1: jobs is a section and must hold \"key: value\" lines."),
        (
            "\nbins:\n  growth_factor: many\n",
            "lode.yaml:3: bins.growth_factor must be a whole number from 2 to 64, and \"many\" is not."
        ),
        (
            "jobs:\n  replica: -1\n",
            "lode.yaml:2: jobs.replica must be a whole number from 0 to 255, and \"-1\" is not."
        ),
        (
            "jobs:\n  replica: [1]\n",
            "lode.yaml:2: jobs.replica must be a whole number from 0 to 255, and a list is not."
        ),
        (
            "network: dogecoin\n",
            "lode.yaml:1: network must be one of litecoin, litecoin-testnet, litecoin-regtest, bitcoin, bitcoin-testnet, bitcoin-regtest, and \"dogecoin\" is not."
        ),
        (
            "secret: hunter2\n",
            "lode.yaml:1: secret must be 32 bytes in hex (64 digits), or empty, and the value is not."
        ),
        (
            "nodes: [{url: 'http://a', user: u}]\n",
            "lode.yaml:1: nodes has a user and no password for http://a: give both, or cookie_file in their place."
        ),
        (
            "\nnodes: [{url: 'http://b', user: u, password: p}, {url: 'http://a', password: hunter2}]\n",
            "lode.yaml:2: nodes has a password and no user for http://a: give both, or cookie_file in their place."
        ),
        (
            "nodes: [{url: 'http://a', password: hunter2, colour: red}]\n",
            "lode.yaml:1: nodes must be a list of nodes, each with url (http://… without user), and user and password or cookie_file, and what is there is not."
        ),
        (
            "nodes: [{url: 'ftp://a'}]\n",
            "lode.yaml:1: nodes has the address ftp://a, which must begin with http:// or https://."
        ),
        (
            "nodes: [{url: 'http://a:9332'}, {url: 'http://b:0/'}]\n",
            "lode.yaml:1: nodes has the address http://b:0/, which has a port that is no whole number from 1 to 65535."
        ),
        (
            "nodes: [{url: 'https://[::1]:70000'}]\n",
            "lode.yaml:1: nodes has the address https://[::1]:70000, which has a port that is no whole number from 1 to 65535."
        ),
        (
            "nodes: [{url: 'http://a:9332x'}]\n",
            "lode.yaml:1: nodes has the address http://a:9332x, which has a port that is no whole number from 1 to 65535."
        ),
        ("nodes: [{url: 'http://:9332'}]\n", "lode.yaml:1: nodes has the address http://:9332, which has no host."),
        ("nodes: [{url: 'http:///wallet'}]\n", "lode.yaml:1: nodes has the address http:///wallet, which has no host."),
        ("nodes: [{url: 'http://[::1:80'}]\n", "lode.yaml:1: nodes has the address http://[::1:80, which has no host."),
        (
            "nodes: [{url: 'http://a?b'}]\n",
            "lode.yaml:1: nodes has the address http://a?b, which must be no more than host, port and a path."
        ),
        (
            "nodes: [{url: 'http://u:hunter2@a:0'}]\n",
            "lode.yaml:1: nodes must be a list of nodes, each with url (http://… without user), and user and password or cookie_file, and what is there is not."
        ),
        (
            "connect:\n  ledger: [\"tcp://a:1\", \"tls+tcp://b:0\"]\n",
            "lode.yaml:2: connect.ledger has tls+tcp://b:0: port 0 means any free one, which nobody can call."
        ),
        ("- a\n", "lode.yaml:1: must be a list of \"key: value\" lines."),
        ("network: litecoin\nnetwork: bitcoin\n", "lode.yaml:2: the key \"network\" stands here a second time."),
        (
            "jobs:\n  poll_seconds: 1e3\n",
            "lode.yaml:2: jobs.poll_seconds must be a number of seconds from 0.05 to 60, and \"1e3\" is not."
        ),
        (
            "pool:\n  reward_address: nowhere\n",
            "lode.yaml:2: pool.reward_address is no address on litecoin: "
        ),
        (
            "connect:\n  jobs: [\"tcp://a:1\", \"tcp://b:1\"]\n",
            "lode.yaml:2: connect.jobs takes one address: a pool has one job service at a time."
        ),
        (
            "bins:\n  minimum_size: 200000\n", "lode.yaml:2: bins.minimum_size is larger than bins.first_size."
        ),
        (
            "chain:\n  mature_confirmations: 99\n",
            "lode.yaml:2: chain.mature_confirmations is below the chain's own maturity of 100."
        ),
        (
            "gateway:\n  listen: 127.0.0.1:3333\nstratum:\n  listen: 127.0.0.1:3333\n",
            "lode.yaml:4: stratum.listen is 127.0.0.1:3333, and so is gateway.listen."
        ),
        (
            "stratum:\n  tls_listen: 127.0.0.1:3333\n  listen: 127.0.0.1:3333\n",
            "lode.yaml:2: stratum.tls_listen is 127.0.0.1:3333, and so is stratum.listen."
        ),
        (
            "gateway:\n  listen: 127.0.0.1:3334\nstratum:\n  tls_listen: 127.0.0.1:3334\n",
            "lode.yaml:4: stratum.tls_listen is 127.0.0.1:3334, and so is gateway.listen."
        ),
        (
            "stratum:\n  minimum_difficulty: 10\n  start_difficulty: 7\n",
            "lode.yaml:2: stratum.minimum_difficulty (10) is above stratum.start_difficulty (7)."
        ),
    ])
    func aMistakeIsOneSentenceThatNamesItsPlace(_ text: String, _ sentence: String) {
        let error = #expect(throws: ConfigurationError.self) { try configuration(text) }
        #expect(error?.description.hasPrefix(sentence) == true, "\(error?.description ?? "")")
    }

    @Test func aMistakeInTheEnvironmentNamesTheVariable() {
        let error = #expect(throws: ConfigurationError.self) {
            try configuration(environment: ["LODE_LOG_LEVEL": "loud"])
        }
        #expect(
            error?.description
                == "LODE_LOG_LEVEL: log.level must be one of debug, info, warning, error, and \"loud\" is not."
        )
    }

    @Test func aVariableThatIsNoSettingIsWorthAWarning() throws {
        let configuration = try configuration(
            environment: [
                "LODE_LOG_LEVLE": "info", "LODE_CONFIG": "x", "LODE_SERVICE_HOST": "10.0.0.1",
                "LODE_PORT_8080_TCP": "x", "LODESTONE": "1",
            ]
        )
        #expect(
            configuration.warnings == [
                "LODE_LOG_LEVLE is not a setting and has no effect; the nearest is LODE_LOG_LEVEL"
            ]
        )
    }

    @Test func aKeyWithNothingBehindItKeepsTheDefault() throws {
        let configuration = try configuration("network:\njobs:\nbins:\n  growth_factor: ~\n")
        #expect(configuration[Keys.network] == .litecoin)
        #expect(configuration[Keys.Bins.growth] == 4)
    }
}
