import Testing

/// The whole way of a coin, on a real node: each scenario in one process and in five.
///
/// One after the other: the scenarios of one topology share a pool, as miners do.
@Suite(.serialized) enum EndToEndTests {}

/// The pools that scenarios share, each started at its first use.
actor PoolShelf {
    private var starting: [PoolUnderTest.Topology: Task<PoolUnderTest, any Error>] = [:]

    private static let common = PoolShelf()

    static func pool(_ topology: PoolUnderTest.Topology) async throws -> PoolUnderTest {
        try await common.pool(topology)
    }

    private func pool(_ topology: PoolUnderTest.Topology) async throws -> PoolUnderTest {
        if let started = starting[topology] { return try await started.value }
        let start = Task { try await PoolUnderTest.start(topology) }
        starting[topology] = start
        return try await start.value
    }
}
