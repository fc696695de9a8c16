import BlockFormat
import ChainAdapter
import Configuration
import Cryptography
import ServiceRuntime

/// What all services of this process share.
struct Premises {
    let configuration: PoolConfiguration
    let assignment: Assignment
    let addresses: ServiceAddresses
    let data: DataFolder
    /// The pool's secret, from which each purpose derives its own key.
    let secret: AuthenticationKey
    let surroundings: Surroundings

    init(_ configuration: PoolConfiguration, for assignment: Assignment) throws {
        self.configuration = configuration
        self.assignment = assignment
        addresses = try ServiceAddresses(configuration, for: assignment)
        let clock = SystemClock()
        let level = Log.Level(rawValue: configuration[Keys.Log.level]) ?? .info
        let log = Log(service: assignment.name, minimum: level, clock: clock, sink: StandardError())
        surroundings = Surroundings(log: log, metrics: Metrics(), health: Health(), clock: clock)
        for warning in configuration.warnings { log.warning("setting ignored", ["reason": warning]) }
        data = try DataFolder(configuration)
        secret = try data.secret(log: log)
    }

    var network: Network { configuration[Keys.network] }
}
