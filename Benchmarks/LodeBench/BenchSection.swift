import JSON

/// One thing that is measured.
protocol BenchSection: Sendable {
    /// The key of its results.
    var name: String { get }

    /// In one line.
    var about: String { get }

    /// Measures, and gives its results as an object.
    func run() async throws -> JSON
}
