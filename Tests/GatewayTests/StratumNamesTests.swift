import Gateway
import JSON
import Messages
import System
import TestSupport
import Testing

/// Whom a connection's shares are credited to.
@Suite(.timeLimit(.minutes(1))) struct StratumNamesTests {
    private static let account = StratumFixture.account
    private static let badAddress = "24 The name does not begin with an address of this pool's chain"
    private static let badWorker = "24 A worker's name has 1 to 64 letters, digits and ._-"
    private static let longest = String(repeating: "r", count: 64)

    private static let legacy = "mfWxJ45yp2SFn7UciZyNpvDKrzbhyfKrY8"
    private static let good: [(name: String, address: String, worker: String)] = [
        ("\(account).rig1", account, "rig1"), (account, account, "default"), ("\(account).", account, "default"),
        ("\(account).a.b-c_d", account, "a.b-c_d"), ("\(account.uppercased()).rig1", account, "rig1"),
        ("\(account).\(longest)", account, longest), ("\(legacy).x", legacy, "x"),
    ]

    @Test(arguments: StratumFixture.Door.allCases, good)
    func aNameIsAnAddressAndPerhapsAWorker(
        door: StratumFixture.Door,
        good: (name: String, address: String, worker: String)
    ) async throws {
        let (name, address, worker) = good
        try await StratumFixture.run(door) { pool in
            let (miner, job) = try await pool.member(name)
            #expect(try await miner.call("mining.submit", job.share(1, worker: name))["result"] == true)
            let client = try #require(pool.pool.read { $0.sessions.calls.first?.clients.first })
            #expect(client.address == address && client.worker == worker && client.clientID.count == 16)
        }
    }

    private static let bad: [(name: String, refusal: String)] = [
        ("ltc1qqqqsyqcyq5rqwzqfpg9scrgwpugpzysn3s44dy.rig1", badAddress), ("rig1", badAddress), (".rig1", badAddress),
        ("\(account.dropLast())q", badAddress), ("\(account) .rig1", badAddress), ("\(account).two words", badWorker),
        ("\(account).\(longest)r", badWorker), ("\(account).ü", badWorker), ("", "20 Malformed request"),
        (String(repeating: "a", count: 257), "20 Malformed request"),
    ]

    @Test(arguments: StratumFixture.Door.allCases, bad)
    func aNameThatNobodyCanBePaidByIsRefused(
        door: StratumFixture.Door,
        bad: (name: String, refusal: String)
    ) async throws {
        try await StratumFixture.run(door) { pool in
            let miner = try pool.connect()
            #expect(try await miner.refusal("mining.authorize", [JSON(bad.name), "x"]) == bad.refusal)
            // The next attempt may be right.
            #expect(try await miner.call("mining.authorize", [JSON(Self.account)])["result"] == true)
        }
    }

    @Test func sixtyFourWorkersShareAConnection() async throws {
        try await StratumFixture.run { pool in
            let (miner, job) = try await pool.member(Self.account + ".0")
            for number in 1..<64 {
                let answer = try await miner.call("mining.authorize", [JSON("\(Self.account).\(number)"), "x"])
                #expect(answer["result"] == true)
            }
            let last: JSON = [JSON(Self.account + ".64"), "x"]
            #expect(try await miner.refusal("mining.authorize", last) == "24 Too many workers on this connection")
            // One that is known already takes no room.
            let known: JSON = [JSON(Self.account + ".7"), "another password"]
            #expect(try await miner.call("mining.authorize", known)["result"] == true)
            for number in [0, 7, 63] {
                let share = job.share(UInt32(number), worker: "\(Self.account).\(number)")
                #expect(try await miner.call("mining.submit", share)["result"] == true)
            }
            let credited = pool.pool.read { $0.sessions.calls.map { $0.clients[0].worker } }
            #expect(credited == ["0", "7", "63"])
            let stranger = job.share(9, worker: Self.account + ".64")
            #expect(try await miner.refusal("mining.submit", stranger) == "24 Unauthorized worker")
        }
    }

    @Test func aWorkerIsOneClientOfTheLedgerOverAllItsConnections() async throws {
        try await StratumFixture.run { pool in
            for name in [StratumFixture.worker, StratumFixture.worker, Self.account + ".rig2"] {
                let (miner, job) = try await pool.member(name)
                try await miner.call("mining.submit", job.share(1, worker: name))
            }
            let ids = pool.pool.read { $0.sessions.calls.map { $0.clients[0].clientID } }
            #expect(ids.count == 3 && ids[0] == ids[1] && ids[1] != ids[2])
        }
    }

    @Test func theOperatorsListsHoldForWhoIsConnectedAlready() async throws {
        let folder = try ScratchFolder("denied")
        var settings = GatewayFixture.settings()
        settings.denyFile = folder.path + "/deny"
        let deny = settings.denyFile
        try DurableFile.replace(deny, with: Array("\(StratumFixture.otherAccount)\n".utf8))
        try await StratumFixture.run(gatewaySettings: settings) { pool in
            let (miner, job) = try await pool.member()
            let other: JSON = [JSON(StratumFixture.otherAccount), "x"]
            let refusal = "24 This account is not let in by the pool's operator"
            #expect(try await miner.refusal("mining.authorize", other) == refusal)
            try DurableFile.replace(deny, with: Array("\(Self.account)\n".utf8))
            try await Patience.wait(for: "the list to hold") {
                try await miner.call("mining.submit", job.share(1))["error"]?.array?[1] == "Unauthorized worker"
            }
            #expect(try await miner.refusal("mining.authorize", [JSON(StratumFixture.worker), "x"]) == refusal)
            #expect(try await miner.call("mining.authorize", other)["result"] == true)
        }
    }

    @Test func whoNamesNobodyForTwoMinutesIsSentAway() async throws {
        let clock = ManualClock()
        try await StratumFixture.run(clock: clock) { pool in
            let (member, _) = try await pool.member()
            let stranger = try pool.connect()
            try await stranger.call("mining.subscribe", ["test/1"])
            clock.advance(by: .seconds(119))
            try await stranger.call("mining.ping")
            clock.advance(by: .seconds(1))
            #expect(try await stranger.closing().last?.contains("Unauthorized worker") == true)
            try await member.call("mining.ping")
        }
    }
}
