internal import HTTPServer
internal import JSON
internal import Ledger
internal import PostgresClient
internal import ServiceRuntime
import Synchronization

/// `GET /ledger/verify` on the admin address: looks through all the books now, and tells what is wrong.
///
/// `?wallet=no` leaves the wallet alone, for a machine that cannot reach it.
struct LedgerPages: AdminPages {
    let pool: ConnectionPool
    let cover: WalletCover
    let paid: PaidCover
    let readiness: Readiness
    /// One look at a time: each reads everything.
    private let isBusy = Busy()

    let name = "/ledger/verify"

    init(pool: ConnectionPool, cover: WalletCover, paid: PaidCover, readiness: Readiness) {
        self.pool = pool
        self.cover = cover
        self.paid = paid
        self.readiness = readiness
    }

    func answer(_ request: IncomingRequest) async -> OutgoingResponse? {
        guard request.path == name else { return nil }
        return await OperatorPage.answer(once: readiness) { () async throws(OperatorPage.Refusal) in
            guard request.method == "GET" else {
                throw OperatorPage.Refusal(405, "GET \(name) looks through the books")
            }
            guard isBusy.begin() else { throw OperatorPage.Refusal(429, "the books are being looked through already") }
            defer { isBusy.end() }
            return try await OperatorPage.reading { () async throws(PostgresError) in
                var audit = try await LedgerAudit.run(pool)
                if request.query["wallet"] == "no" {
                    for check in [LedgerCheck.walletShort, .payoutNotOnChain] {
                        audit.unchecked[check] = "left out as asked"
                    }
                } else {
                    try await cover.check(&audit)
                    try await paid.check(&audit, .everything)
                }
                return JSON(audit)
            }
        }
    }

    private final class Busy: Sendable {
        private let isBusy = Atomic(false)

        func begin() -> Bool {
            isBusy.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
        }

        func end() {
            isBusy.store(false, ordering: .releasing)
        }
    }
}

extension JSON {
    fileprivate init(_ audit: LedgerAudit) {
        self = [
            "checked": .array(audit.checked.map { JSON($0.rawValue) }),
            "findings": .array(audit.findings.map { JSON($0) }),
            "unchecked": .array(
                audit.unchecked.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                    ["name": JSON($0.key.rawValue), "reason": JSON($0.value)]
                }
            ),
        ]
    }

    fileprivate init(_ finding: LedgerFinding) {
        self = [
            "name": JSON(finding.check.rawValue), "meaning": JSON(finding.check.meaning),
            "count": JSON(finding.count), "rows": .array(finding.rows.map { JSON($0) }),
            "remedy": JSON(finding.check.remedy),
        ]
    }
}
