internal import Ledger
internal import PostgresClient
internal import ServiceRuntime
internal import System

/// Looks through the books now and then, and shows the result as metrics.
struct AuditLoop: Service {
    /// Between two looks at money, blocks and payouts; longer when one takes long.
    private static let interval = Duration.seconds(60)
    /// Between two looks of one kind lie so many times what the first of them took.
    private static let restFactor = 20
    /// Between two looks at everything, each share included; longer when one takes long.
    ///
    /// Kept over restarts, and over all replicas.
    private static let wholeInterval = Duration.seconds(6 * 3_600)
    /// Seconds from a start to the first look at everything, when one is due: not all replicas at one moment, and not while
    /// what was held up by the restart is caught up with.
    static let wholeDelaySeconds: ClosedRange<Int64> = 60...600
    /// When somebody last looked at everything, and all was right: Unix time in ms.
    private static let wholeKey = "audited_whole_ms"

    let name = "ledger-audit"

    private let pool: ConnectionPool
    private let cover: WalletCover
    private let paid: PaidCover
    private let surroundings: Surroundings
    private let wholeDelay: Duration
    private let imbalance: Gauge
    private let findingCount: Gauge
    private let uncheckedCount: Gauge
    private let finishedAt: Gauge

    /// `pool` has a session whose statements may take as long as reading every share does.
    init(
        _ pool: ConnectionPool,
        cover: WalletCover,
        paid: PaidCover,
        surroundings: Surroundings,
        wholeDelay: Duration = .seconds(Int64.random(in: Self.wholeDelaySeconds))
    ) {
        self.pool = pool
        self.cover = cover
        self.paid = paid
        self.surroundings = surroundings
        self.wholeDelay = wholeDelay
        let metrics = surroundings.metrics
        imbalance = metrics.gauge(
            "lode_ledger_imbalance_units",
            help: "The sum of all balances: anything but 0 is an alarm."
        )
        findingCount = metrics.gauge(
            "lode_ledger_findings",
            help: "Checks of the audit that found something wrong: anything but 0 is an alarm."
        )
        uncheckedCount = metrics.gauge(
            "lode_ledger_unchecked",
            help: "Checks of the latest audit that could not be made, such as for a wallet that does not answer."
        )
        finishedAt = metrics.gauge(
            "lode_ledger_verified_timestamp_seconds",
            help: "When the books were last looked through, in seconds since 1970."
        )
    }

    func run() async throws {
        var wholeDueAtMs = surroundings.clock.monotonicMilliseconds + wholeDelay.wholeMilliseconds
        var standing: [LedgerFinding] = []
        while !Task.isCancelled {
            let startedAtMs = surroundings.clock.monotonicMilliseconds
            var scope = LedgerAudit.Scope.books
            var isDone = false
            do throws(PostgresError) {
                if startedAtMs >= wholeDueAtMs {
                    let waitMs = standing.isEmpty ? try await wholeWaitMs() : 0
                    if waitMs == 0 { scope = .inTurn } else { wholeDueAtMs = startedAtMs + waitMs }
                }
                try await look(scope, &standing)
                isDone = true
            } catch {
                surroundings.log.warning("no audit", ["error": "\(error)"])
            }
            let endedAtMs = surroundings.clock.monotonicMilliseconds
            let rest = Duration.milliseconds(Int64(clamping: endedAtMs - startedAtMs)) * Self.restFactor
            switch scope {
            case .books:
                try? await surroundings.clock.sleep(for: max(Self.interval, rest))
            case .inTurn, .everything:
                // However long it took, money is looked at again in a minute.
                wholeDueAtMs = endedAtMs + max(isDone ? Self.wholeInterval : Self.interval, rest).wholeMilliseconds
                try? await surroundings.clock.sleep(for: Self.interval)
            }
        }
    }

    /// `standing` is what the latest look at everything found that no look at the books answers: wrong until the next one.
    private func look(
        _ scope: LedgerAudit.Scope,
        _ standing: inout [LedgerFinding]
    ) async throws(PostgresError) {
        let startedAtMs = surroundings.clock.unixMilliseconds
        var audit = try await LedgerAudit.run(pool, scope)
        let lasting = audit.findings.filter { !LedgerQueries.inBooks.contains($0.check) }
        try await cover.check(&audit)
        let unwatched = try await paid.check(&audit, scope)
        switch scope {
        case .books:
            for finding in standing { audit.add(finding) }
            publish(audit)
        case .inTurn, .everything:
            standing = lasting + [unwatched].compactMap(\.self)
            publish(audit)
            let isRight = audit.findings.allSatisfy { $0.check == .walletShort }
            if isRight { try await keepWhole(atMs: startedAtMs) }
        }
    }

    /// Milliseconds until everything is due to be looked at, by whichever replica; 0 when it is.
    ///
    /// The first is due, and so is one after a time to come, which a clock has said that was set back since.
    private func wholeWaitMs() async throws(PostgresError) -> UInt64 {
        let found = try await pool.execute(
            "SELECT greatest(0, value::bigint) FROM meta WHERE key = $1",
            [.text(Self.wholeKey)]
        )
        let nowMs = surroundings.clock.unixMilliseconds
        guard let last = try found.first?.integer(0, as: UInt64.self), last <= nowMs else { return 0 }
        let dueAtMs = last + Self.wholeInterval.wholeMilliseconds
        return dueAtMs > nowMs ? dueAtMs - nowMs : 0
    }

    private func keepWhole(atMs: UInt64) async throws(PostgresError) {
        try await pool.execute(
            "INSERT INTO meta VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [.text(Self.wholeKey), .text(String(atMs))]
        )
    }

    private func publish(_ audit: LedgerAudit) {
        imbalance.set(audit.imbalance)
        findingCount.set(Int64(audit.findings.count))
        uncheckedCount.set(Int64(audit.unchecked.count))
        finishedAt.set(Int64(surroundings.clock.unixMilliseconds / 1_000))
        for finding in audit.findings {
            surroundings.log.error(
                "the ledger is wrong",
                ["check": finding.check.rawValue, "rows": finding.count, "first": finding.rows.first ?? ""]
            )
        }
        for (check, reason) in audit.unchecked {
            surroundings.log.warning("the ledger was not checked", ["check": check.rawValue, "reason": reason])
        }
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
