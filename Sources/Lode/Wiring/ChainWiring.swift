import ChainWatcher
import Configuration
import Messages
import Messaging
import ServiceRuntime

/// The chain watcher: nodes on one side, the job and payout services on the other, and a folder for its candidates.
enum ChainWiring {
    static func open(_ premises: Premises) throws -> [any Service] {
        let configuration = premises.configuration
        var settings = ChainWatcherSettings(
            network: premises.network,
            folder: try premises.data.part("chain"),
            listening: [premises.addresses.blocks.listening],
            publishing: [premises.addresses.chainEvents.listening],
            confirmationCount: UInt32(configuration[Keys.Chain.mature])
        )
        settings.pollInterval = configuration[Keys.Chain.poll]
        settings.tipInterval = min(settings.tipInterval, settings.pollInterval)
        let announcements: Subscriber<Job> = try premises.hints(premises.addresses.jobEvents, topic: "job")
        let watcher = try ChainWatcher(
            settings: settings,
            chain: premises.nodes(for: "chain"),
            jobs: try premises.jobs(),
            ledger: try premises.ledger(),
            announcements: announcements,
            surroundings: premises.surroundings.named("chain")
        )
        return [watcher]
    }
}
