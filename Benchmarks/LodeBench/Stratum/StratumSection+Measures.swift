import EventLoop
import JSON
import PostgresClient

/// What is measured besides shares.
extension StratumSection {
    /// What connections cost that do nothing.
    func memory(
        _ pool: BenchPool,
        _ load: StratumLoad,
        _ door: LoadDesk.Door,
        _ count: Int
    ) async throws -> JSON {
        // What is made once is there before.
        try await load.connect(100, to: door)
        let (before, cpuBefore, start) = (pool.residentByteCount, pool.cpu.own, ContinuousClock.now)
        try await load.connect(count, to: door)
        let elapsed = ContinuousClock.now - start
        let (after, cpuAfter) = (pool.residentByteCount, pool.cpu.own)
        await load.disconnect()
        _ = await load.takeCounts()
        progress("\(count) connections: \((after - before) / count) bytes each")
        return [
            "connections": JSON(count),
            "bytes_each": JSON(max(0, after - before) / count),
            "ready_per_second": JSON(UInt64(Double(count) / (elapsed / .seconds(1)))),
            "cpu_us_each": JSON(UInt64((cpuAfter - cpuBefore) / .microseconds(1)) / UInt64(count)),
        ]
    }

    /// Whether it holds each accepted share once, and no other.
    func ledger(_ pool: BenchPool, _ counts: LoadCounts) async throws -> JSON {
        let row = try await pool.database.execute(
            """
            SELECT count(*), count(DISTINCT proof_hash),
                coalesce(sum(('x' || encode(substr(proof_hash, 1, 4), 'hex'))::bit(32)::bigint), 0)::bigint FROM shares
            """
        )[0]
        let (total, distinct, digest): (Int, Int, UInt64) = (
            try row.integer(0), try row.integer(1), UInt64(try row.integer(2, as: Int.self))
        )
        let isExact = total == counts.accepted && distinct == total && digest == counts.acceptedDigest
        progress("ledger: \(total) shares for \(counts.accepted) accepted, \(isExact ? "exactly those" : "NOT those")")
        return [
            "accepted": JSON(counts.accepted), "recorded": JSON(total), "recorded_distinct": JSON(distinct),
            "exactly_the_accepted": JSON(isExact), "unanswered": JSON(counts.unanswered),
        ]
    }
}
