internal import ChainAdapter
internal import ServiceRuntime

/// Runs payouts again and again, on one replica at a time.
struct PayoutLoop: Service {
    /// Payouts under way are looked at at least this often, however rarely new ones are planned.
    static let pauseMax = Duration.seconds(30)

    let name = "payouts"

    private let stores: any PayoutStores
    private let wallet: any PayoutWallet
    private let settings: PayoutSettings
    private let surroundings: Surroundings
    private let metrics: PayoutMetrics

    init(
        _ stores: any PayoutStores,
        wallet: any PayoutWallet,
        settings: PayoutSettings,
        surroundings: Surroundings
    ) {
        self.stores = stores
        self.wallet = wallet
        self.settings = settings
        self.surroundings = surroundings
        metrics = PayoutMetrics(surroundings.metrics)
    }

    func run() async throws {
        while !Task.isCancelled {
            do throws(StoreError) {
                _ = try await runOnce()
            } catch {
                metrics.failures.increment()
                surroundings.log.warning("payouts interrupted", ["error": "\(error)"])
            }
            try? await surroundings.clock.sleep(for: min(settings.payoutInterval, Self.pauseMax))
        }
    }

    /// - Returns: Whether this replica may pay: not while another one does.
    func runOnce() async throws(StoreError) -> Bool {
        guard let store = try await stores.claim() else { return false }
        let run = PayoutRun(
            store: store,
            wallet: wallet,
            settings: settings,
            surroundings: surroundings,
            metrics: metrics
        )
        do throws(StoreError) {
            try await run.run()
        } catch {
            await store.release()
            throw error
        }
        await store.release()
        metrics.lastRun.set(Int64(surroundings.clock.unixMilliseconds / 1_000))
        return true
    }
}
