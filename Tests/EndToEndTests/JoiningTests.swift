import JSON
import Testing

extension EndToEndTests {
    /// Rows S0-2, S0-4, S0-5, S0-10, S0-14.
    @Suite struct JoiningTests {
        @Test(arguments: PoolUnderTest.Topology.allCases)
        func aClientJoinsWithAKeyAndGetsAnID(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let client = BinsClient(url: pool.url)
            let reply = try await client.join(worker: "rig1")
            #expect(reply.status == 201)
            #expect(reply.json["worker"]?.string == "rig1")
            // BIP173: the P2WPKH address of the generator, with regtest's name.
            let address = try #require(reply.json["address"]?.string)
            #expect(address.hasPrefix("rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k"))
            let withoutWorker = try await BinsClient(url: pool.url).join()
            #expect(withoutWorker.json["worker"]?.string == "default")
        }

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func oneKeyMayJoinManyTimesEachWithAnIDOfItsOwn(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let first = BinsClient(url: pool.url)
            let second = BinsClient(url: pool.url)
            try await first.join()
            try await second.join()
            #expect(await first.id != second.id)
            #expect(await first.address == second.address)
        }

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func everyPostAsksForTheKeyOfItsID(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let client = BinsClient(url: pool.url)
            let stranger = BinsClient(url: pool.url, payee: .publicKey(BinsClient.publicKeys[1]))
            try await client.join()
            try await stranger.join()
            let stolen = await stranger.credentials.setting("id", .string(client.id))
            let bin = try await client.bin()
            for path in ["/getbin", "/mystatus", "/my_status", "/reduce_diff_hash", "/reduce_difficulty_hash"] {
                let body = stolen.setting("bin", .string(bin.lease)).setting("hashes", [])
                let reply = try await client.post(path, body)
                #expect(reply.status == 401, "\(path) with another's id")
                let forged = try await client.post(path, body.setting("id", "forged"))
                #expect(forged.status == 401 || forged.status == 400, "\(path) with a forged id")
            }
        }

        @Test(arguments: [
            "", "02", "zz", "02" + String(repeating: "ff", count: 32), "04" + String(repeating: "11", count: 32),
        ])
        func aMalformedKeyIsRefusedByName(key: String) async throws {
            let pool = try await PoolShelf.pool(.oneProcess)
            let reply = try await BinsClient(url: pool.url).post("/newclient", ["public_key": .string(key)])
            #expect(reply.status == 400)
            #expect(reply.errorMessage.contains("public_key"))
        }
    }
}
