internal import ChainAdapter
internal import PostgresClient
internal import ServiceRuntime

/// Runs payouts again and again, on one replica at a time.
struct PayoutLoop: Service {
    /// Payouts under way are looked at at least this often, however rarely new ones are planned.
    static let pauseMax = Duration.seconds(30)

    let name = "payouts"

    private let database: PostgresSettings
    private let wallet: any PayoutWallet
    private let settings: PayoutSettings
    private let surroundings: Surroundings
    private let lastRun: Gauge
    private let failures: Counter

    init(
        _ database: PostgresSettings,
        wallet: any PayoutWallet,
        settings: PayoutSettings,
        surroundings: Surroundings
    ) {
        self.database = database
        self.wallet = wallet
        self.settings = settings
        self.surroundings = surroundings
        lastRun = surroundings.metrics.gauge(
            "lode_payout_last_run_seconds",
            help: "When payouts were last gone through by this replica, Unix time."
        )
        failures = surroundings.metrics.counter(
            "lode_payout_runs_failed_total",
            help: "Payout runs that the database ended."
        )
    }

    func run() async throws {
        while !Task.isCancelled {
            do throws(PostgresError) {
                _ = try await runOnce()
            } catch {
                failures.increment()
                surroundings.log.warning("payouts interrupted", ["error": "\(error)"])
            }
            try? await surroundings.clock.sleep(for: min(settings.payoutInterval, Self.pauseMax))
        }
    }

    /// - Returns: Whether this replica may pay: not while another one does.
    func runOnce() async throws(PostgresError) -> Bool {
        guard let lock = try await AdvisoryLock.attempt(LockKey.payouts, database) else { return false }
        let book = PayoutBook(session: lock.session, depthRequired: settings.payoutDepth)
        let run = PayoutRun(book: book, wallet: wallet, settings: settings, surroundings: surroundings)
        do throws(PostgresError) {
            try await run.run()
        } catch {
            await lock.release()
            throw error
        }
        await lock.release()
        lastRun.set(Int64(surroundings.clock.unixMilliseconds / 1_000))
        return true
    }
}
