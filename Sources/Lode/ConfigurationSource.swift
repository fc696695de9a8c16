import Configuration
import PostgresClient
import System
import YAMLReader

/// Which file and which environment settings are read from.
struct ConfigurationSource {
    private let file: String?
    private let environment: [String: String]

    /// - Parameter file: As typed; without one, what LODE_CONFIG names, and without that, none.
    init(file: String?) {
        environment = ProcessEnvironment.variables
        self.file = file ?? environment["LODE_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// For people.
    var name: String { file ?? "the environment with the defaults" }

    func read() throws -> PoolConfiguration {
        let configuration = try settings()
        if let problem = ConnectionString.problem(configuration[Keys.Postgres.url]) {
            throw configuration.error(at: Keys.Postgres.url, problem)
        }
        return configuration
    }

    private func settings() throws -> PoolConfiguration {
        guard let file else { return try PoolConfiguration(file: nil, environment: environment) }
        let bytes: [UInt8]
        do {
            bytes = try DurableFile.read(file, byteCountMax: YAMLReader.byteCountMax)
        } catch {
            throw ConfigurationError(file, "cannot be read: \(error.reason)")
        }
        return try PoolConfiguration(file: (file, bytes), environment: environment)
    }
}
