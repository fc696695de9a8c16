import TestSupport
import Testing

/// The whole way of a coin, on a real node: each scenario in one process and in five.
///
/// One after the other: the scenarios of one topology share a pool, as miners do.
@Suite(.serialized) enum EndToEndTests {}

/// The pools that scenarios share, each started at its first use.
actor PoolShelf {
    private var starting: [PoolUnderTest.Topology: Task<PoolUnderTest, any Error>] = [:]

    private static let common = PoolShelf()

    /// The pool, with a job on the node's own tip: the scenario before may have moved it a moment ago.
    static func pool(_ topology: PoolUnderTest.Topology) async throws -> PoolUnderTest {
        let pool = try await common.pool(topology)
        try await pool.waitForJobOnTheTip()
        return pool
    }

    private func pool(_ topology: PoolUnderTest.Topology) async throws -> PoolUnderTest {
        if let started = starting[topology] { return try await started.value }
        // Past the height where MWEB begins, so that no scenario stands right before it, where a node gives no template
        // until somebody pegs a coin in. Scenarios with a pool of their own are below it.
        let start = Task { try await PoolUnderTest.start(topology, prepare: { try await $0.activateMWEB() }) }
        starting[topology] = start
        return try await start.value
    }
}
