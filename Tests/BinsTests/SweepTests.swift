import Bins
import MiningDomain
import Testing

@Suite struct SweepTests {
    @Test func aFullTableIsSweptAndEmptied() throws {
        var rules = BinRules()
        rules.clientCountMax = 20_000
        var desk = BinDesk(rules: rules, extranonce1: 1, nowMs: 0)
        let id = try #require(JobID(1))
        desk.open(BinJob(id: id, currentTime: 1, minimumTime: 1, createdAtMs: 0), isClean: true)
        for number in 0..<20_000 {
            _ = desk.lease(BinClient(id: UInt128(number), address: "a", worker: "w"), hint: 1_000, nowMs: 0)
        }
        desk.sweep(nowMs: 1_000)
        #expect(desk.clientCount == 20_000 && desk.counts.returned == 0)
        desk.sweep(nowMs: rules.lifetimeMinMs)
        #expect(desk.clientCount == 20_000 && desk.counts.returned == 20_000)
        desk.sweep(nowMs: rules.clientIdleMs)
        #expect(desk.clientCount == 0)
    }
}
