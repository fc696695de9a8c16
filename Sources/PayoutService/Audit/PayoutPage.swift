internal import BlockFormat
internal import ChainAdapter
internal import Hashing
internal import MiningDomain
internal import PostgresClient

/// Some payouts with all that their transactions are held against.
struct PayoutPage {
    let session: PostgresSession
    let network: Network

    /// - Returns: The payouts, and what is wrong of them in words.
    func read(
        after: Int64,
        _ condition: String,
        count: Int
    ) throws(PostgresError) -> (ids: [Int64], wrong: [String]) {
        let ids = try session.execute(
            "SELECT payout_id FROM payouts WHERE payout_id > $1 AND \(condition) ORDER BY payout_id LIMIT $2",
            [.integer(after), .integer(Int64(count))]
        ).map { row throws(PostgresError) in try row.integer(0, as: Int64.self) }
        guard !ids.isEmpty else { return ([], []) }
        let here = "payout_id = ANY ($1)"
        let parameters: [PostgresParameter] = [.integers(ids)]
        let table = PayoutTransactionTable(session)
        let versions = try table.versions(where: here, parameters)
        let handovers = try handovers(where: here, parameters)
        var wanted = try payees(where: here, parameters)
        for (id, coins) in try table.coins(where: here, parameters) {
            wanted[id, default: PayoutExpectation()].coins = coins
        }
        var wrong: [String] = []
        for id in ids {
            let wanted = wanted[id] ?? PayoutExpectation()
            for version in versions[id] ?? [] {
                guard let problem = wanted.problem(of: version) else { continue }
                wrong.append("payout \(id), \(version.identifier.displayHex): \(problem)")
            }
            if let (psbt, fee) = handovers[id], let problem = wanted.problem(of: psbt?.transaction, fee: fee) {
                wrong.append("payout \(id), handed over: \(problem)")
            }
        }
        return (ids, wrong)
    }

    private func payees(
        where condition: String,
        _ parameters: [PostgresParameter]
    ) throws(PostgresError) -> [Int64: PayoutExpectation] {
        var wanted: [Int64: PayoutExpectation] = [:]
        let rows = try session.execute(
            """
            SELECT payout_id, address, payout_outputs.amount - coalesce(payout_fee_parts.amount, 0)
            FROM payout_outputs JOIN accounts USING (account_id)
                LEFT JOIN payout_fee_parts USING (payout_id, account_id)
            WHERE payout_id IN (SELECT payout_id FROM payouts WHERE \(condition))
            """,
            parameters
        )
        for row in rows {
            let (id, address) = (try row.integer(0, as: Int64.self), try row.text(1))
            guard let script = Address(address, on: network)?.scriptPublicKey,
                let units = try UInt64(exactly: row.integer(2, as: Int64.self))
            else {
                wanted[id, default: PayoutExpectation()].unreadable = "nothing can be paid to \(address)"
                continue
            }
            wanted[id, default: PayoutExpectation()].payees.append(
                RawTransaction.Output(amount: Amount(units: units), scriptPublicKey: script)
            )
        }
        return wanted
    }

    private func handovers(
        where condition: String,
        _ parameters: [PostgresParameter]
    ) throws(PostgresError) -> [Int64: (PSBT?, Amount)] {
        var handovers: [Int64: (PSBT?, Amount)] = [:]
        let rows = try session.execute(
            """
            SELECT payout_id, psbt, network_fee FROM payout_handovers
            WHERE payout_id IN (SELECT payout_id FROM payouts WHERE \(condition))
            """,
            parameters
        )
        for row in rows {
            handovers[try row.integer(0)] = (PSBT(file: Array(try row.text(1).utf8)), Amount(units: try row.integer(2)))
        }
        return handovers
    }
}
