import Configuration
import Cryptography
import Messages
import Messaging
import ServiceRuntime
import ShareService
import System

/// The share service: the keys of leases, the job, chain and payout services, and a folder for its spools.
enum ShareWiring {
    static func open(_ premises: Premises) async throws -> [any Service] {
        let configuration = premises.configuration
        let threads = configuration[Keys.Shares.threads]
        let settings = ShareServiceSettings(
            listening: [premises.addresses.shares.listening],
            dataFolder: try premises.data.part("shares"),
            spoolByteCountMax: configuration[Keys.Shares.spool] << 20,
            hashingThreadCount: threads > 0 ? threads : ProcessEnvironment.processorCount
        )
        let events: Subscriber<Job> = try premises.hints(premises.addresses.jobEvents, topic: "job")
        let shares = try await ShareService(
            settings: settings,
            leaseKey: premises.secret.derived(for: "lease"),
            jobs: try premises.jobs(within: ShareServiceSettings.peerTime),
            events: events,
            ledger: try premises.ledger(within: ShareServiceSettings.peerTime),
            blocks: try premises.blocks(within: ShareServiceSettings.peerTime),
            surroundings: premises.surroundings.named("shares")
        )
        return [shares]
    }
}
