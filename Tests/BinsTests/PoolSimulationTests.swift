import Bins
import Testing

@Suite struct PoolSimulationTests {
    /// From 1 H/s to 100 TH/s.
    private static let hashrates: [UInt64] = [
        1, 10, 400, 5_000, 20_000, 100_000, 2_000_000, 100_000_000, 3_000_000_000, 1_000_000_000_000,
        100_000_000_000_000,
    ]

    @Test(arguments: 1...3) func binsNeverOverlapAndTakeAboutFiveSeconds(seed: UInt64) {
        for manner in PoolSimulation.Manner.allCases {
            var simulation = PoolSimulation(hashrates: Self.hashrates, seed: seed, manner: manner)
            simulation.run(untilMs: 1_500_000)
            #expect(simulation.overlaps == 0)
            for client in simulation.clients {
                let settled = client.durationsMs.suffix(40).sorted()
                let median = settled.isEmpty ? 0 : settled[settled.count / 2]
                #expect((3_000...7_500).contains(median), "\(client.hashrate) H/s, \(manner): \(median) ms")
            }
        }
    }

    @Test func slowerClientsGetSmallerBins() {
        var simulation = PoolSimulation(hashrates: Self.hashrates, seed: 9)
        simulation.run(untilMs: 900_000)
        let sizes = simulation.clients.compactMap { $0.bins.last?.slice.count }
        #expect(sizes == sizes.sorted() && Set(sizes).count == sizes.count)
    }

    /// The static bins of the measurement that this is compared with have 100,000 positions.
    @Test(arguments: [100_000, 1_000_000, 50_000_000] as [UInt64])
    func farFewerRequestsThanWithStaticBins(hashrate: UInt64) {
        let roundTripMs: UInt64 = 10
        let durationMs: UInt64 = 600_000
        let staticRequests = Int(durationMs / (100_000 * 1_000 / hashrate + roundTripMs))
        for manner in PoolSimulation.Manner.allCases {
            var simulation = PoolSimulation(
                hashrates: [hashrate],
                seed: 4,
                roundTripMs: roundTripMs,
                noisePercent: 0,
                manner: manner
            )
            simulation.run(untilMs: durationMs)
            let requests = simulation.clients[0].requests
            print(
                "bins: \(hashrate) H/s for \(durationMs / 1_000) s, \(manner): \(requests) requests, static \(staticRequests)"
            )
            #expect(requests * 4 < staticRequests)
        }
    }

    /// Sixty clients of twelve speeds, with a new tip in the middle of their bins.
    @Test func manyClientsAtOnce() {
        let hashrates = (0..<60).map { UInt64(1_000) << UInt64($0 % 12) }
        var simulation = PoolSimulation(hashrates: hashrates, seed: 11)
        simulation.run(untilMs: 200_000, tipMs: 90_000)
        #expect(simulation.overlaps == 0)
        #expect(simulation.desk.clientCount == 60)
    }
}
