/// Waiting for another process, which tells nobody when it is ready.
package enum Patience {
    private static let interval = Duration.milliseconds(20)

    /// Asks again and again until `condition` holds.
    ///
    /// - Throws: `RegtestError.didNotHappen` after `limit`, or what `condition` throws.
    package static func wait(
        for what: String,
        atMost limit: Duration = .seconds(30),
        until condition: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while try await !condition() {
            guard ContinuousClock.now < deadline else { throw RegtestError.didNotHappen(what) }
            try await Task.sleep(for: interval)
        }
    }
}
