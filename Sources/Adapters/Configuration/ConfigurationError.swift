/// Why a configuration is not used: one sentence that says where, what and what would be right.
package struct ConfigurationError: Error, Hashable, CustomStringConvertible {
    /// `lode.yaml:12`, `LODE_LOG_LEVEL`, or a file's name.
    package let place: String
    package let problem: String

    package init(_ place: String, _ problem: String) {
        self.place = place
        self.problem = problem
    }

    package var description: String { "\(place): \(problem)." }
}
