internal import Ledger
internal import PostgresClient
internal import ServiceRuntime

/// Looks through the books now and then, and shows the result as metrics.
struct AuditLoop: Service {
    private static let interval = Duration.seconds(60)

    let name = "ledger-audit"

    private let pool: ConnectionPool
    private let surroundings: Surroundings
    private let imbalance: Gauge
    private let findingCount: Gauge

    init(_ pool: ConnectionPool, surroundings: Surroundings) {
        self.pool = pool
        self.surroundings = surroundings
        imbalance = surroundings.metrics.gauge(
            "lode_ledger_imbalance_units",
            help: "The sum of all balances: anything but 0 is an alarm."
        )
        findingCount = surroundings.metrics.gauge(
            "lode_ledger_findings",
            help: "What the audit found wrong: anything but 0 is an alarm."
        )
    }

    func run() async throws {
        while !Task.isCancelled {
            do throws(PostgresError) {
                publish(try await LedgerAudit.run(pool))
            } catch {
                surroundings.log.warning("no audit", ["error": "\(error)"])
            }
            try? await surroundings.clock.sleep(for: Self.interval)
        }
    }

    private func publish(_ audit: LedgerAudit) {
        imbalance.set(audit.imbalance)
        findingCount.set(Int64(audit.findings.count))
        for finding in audit.findings { surroundings.log.error("the ledger is wrong", ["finding": finding]) }
        for (bucket, balance) in audit.sums {
            surroundings.metrics.gauge(
                "lode_ledger_balance_units",
                help: "Money in each state, base units.",
                labels: ["bucket": bucket.rawValue]
            ).set(balance)
        }
        for state in PayoutAttempt.State.allCases {
            surroundings.metrics.gauge(
                "lode_payouts",
                help: "Payouts in each state.",
                labels: ["state": state.rawValue]
            ).set(audit.payoutCounts[state.rawValue] ?? 0)
        }
    }
}
