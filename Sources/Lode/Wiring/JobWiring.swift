import Bins
import Configuration
import Cryptography
import JobService
import Messages
import Messaging
import ServiceRuntime
import System

/// The job service: nodes on one side, the keys of leases and a folder for its jobs on the other.
enum JobWiring {
    static func open(_ premises: Premises) async throws -> [any Service] {
        let jobs = try await JobService(
            settings: try settings(premises),
            leaseKey: premises.secret.derived(for: "lease"),
            source: premises.nodes(for: "jobs"),
            rewards: try premises.ledger(),
            surroundings: premises.surroundings.named("jobs")
        )
        return [jobs]
    }

    private static func settings(_ premises: Premises) throws -> JobServiceSettings {
        let configuration = premises.configuration
        var settings = JobServiceSettings(
            network: premises.network,
            folder: try premises.data.part("jobs"),
            listening: [premises.addresses.jobs.listening],
            publishing: [premises.addresses.jobEvents.listening]
        )
        settings.replica = UInt8(configuration[Keys.Jobs.replica])
        settings.tag = Array(configuration[Keys.Pool.tag].utf8)
        settings.shareDifficulty = configuration[Keys.Pool.shareDifficulty]
        settings.bins = bins(configuration)
        settings.pollInterval = configuration[Keys.Jobs.poll]
        settings.refreshInterval = configuration[Keys.Jobs.refresh]
        settings.refreshMinimum = min(settings.refreshMinimum, settings.refreshInterval)
        return settings
    }

    private static func bins(_ configuration: PoolConfiguration) -> BinRules {
        var rules = BinRules()
        rules.targetMs = configuration[Keys.Bins.target].wholeMilliseconds
        rules.firstSize = UInt64(configuration[Keys.Bins.first])
        rules.sizeMin = UInt64(configuration[Keys.Bins.minimum])
        rules.sizeMax = UInt64(configuration[Keys.Bins.maximum])
        rules.growthMax = UInt64(configuration[Keys.Bins.growth])
        return rules
    }
}
