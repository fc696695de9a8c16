internal import BlockFormat
internal import ChainAdapter
internal import Hashing
internal import MiningDomain
internal import PostgresClient

/// Reads the bytes of payouts' transactions, without a node, and holds what they do against the payouts' rows.
struct TransactionAudit {
    /// Payouts that are read at a time.
    private static let pageCount: Int64 = 100

    /// What one payout pays and spends by its rows; a part of it in another network's terms cannot be said.
    private struct Wanted {
        var payees: [RawTransaction.Output] = []
        var coins: [PayoutCoin] = []
        var unreadable: String?
    }

    let session: PostgresSession

    /// Of those that may be sent still, or of all.
    func finding(_ scope: LedgerAudit.Scope) throws(PostgresError) -> LedgerFinding? {
        let condition =
            switch scope {
            case .books: "state NOT IN ('confirmed', 'cancelled')"
            case .everything: "true"
            }
        let name = try session.execute("SELECT value FROM meta WHERE key = 'network'").first?.text(0)
        guard let network = name.flatMap({ Network.named($0) }) else { throw .unreadable("the network") }
        var wrong = WrongRows()
        var after: Int64 = 0
        while let last = try page(after: after, condition, on: network, into: &wrong) { after = last }
        return wrong.finding(.transactionWrong)
    }

    /// - Returns: The last payout of the page; `nil` when there was none left.
    private func page(
        after: Int64,
        _ condition: String,
        on network: Network,
        into wrong: inout WrongRows
    ) throws(PostgresError) -> Int64? {
        let ids = try session.execute(
            "SELECT payout_id FROM payouts WHERE payout_id > $1 AND \(condition) ORDER BY payout_id LIMIT $2",
            [.integer(after), .integer(Self.pageCount)]
        ).map { row throws(PostgresError) in try row.integer(0, as: Int64.self) }
        guard let last = ids.last else { return nil }
        let here = "payout_id > $1 AND payout_id <= $2 AND \(condition)"
        let range: [PostgresParameter] = [.integer(after), .integer(last)]
        let table = PayoutTransactionTable(session)
        let versions = try table.versions(where: here, range)
        let handovers = try handovers(where: here, range)
        var wanted = try payees(where: here, range, on: network)
        for (id, coins) in try table.coins(where: here, range) { wanted[id, default: Wanted()].coins = coins }
        for id in ids {
            let wanted = wanted[id] ?? Wanted()
            for version in versions[id] ?? [] {
                let problem = Self.problem(of: version, wanted)
                if let problem { wrong.append("payout \(id), \(version.identifier.displayHex): \(problem)") }
            }
            if let (psbt, fee) = handovers[id] {
                let problem = Self.problem(of: psbt?.transaction, fee: fee, wanted)
                if let problem { wrong.append("payout \(id), handed over: \(problem)") }
            }
        }
        return last
    }

    private static func problem(of version: PayoutVersion, _ wanted: Wanted) -> String? {
        let read = RawTransaction(version.transaction)
        if let read, read.identifier != version.identifier { return "its bytes are \(read.identifier.displayHex)" }
        return problem(of: read, fee: version.fee, wanted)
    }

    private static func problem(of read: RawTransaction?, fee: Amount, _ wanted: Wanted) -> String? {
        guard let read else { return "its bytes are no transaction" }
        if let unreadable = wanted.unreadable { return unreadable }
        var others = read.outputs
        for payee in wanted.payees {
            guard let place = others.firstIndex(of: payee) else {
                return "it does not pay \(payee.amount.units) to \(Hex.string(payee.scriptPublicKey))"
            }
            others.remove(at: place)
        }
        guard others.count <= 1 else { return "it pays \(others.count) that it should not" }
        // A payout of an earlier release did not write down what it spends.
        guard !wanted.coins.isEmpty else { return nil }
        let spent = read.inputs.map { CoinReference(transaction: $0.transaction, output: $0.output) }
        guard spent.sorted() == wanted.coins.map(\.reference).sorted() else { return "it spends other coins" }
        let (given, taken) = (sum(wanted.coins.map(\.amount)), sum(read.outputs.map(\.amount)))
        guard given == taken + UInt128(fee.units) else { return "its fee is not \(fee.units)" }
        return nil
    }

    private static func sum(_ amounts: [Amount]) -> UInt128 {
        amounts.reduce(0) { $0 + UInt128($1.units) }
    }

    private func payees(
        where condition: String,
        _ parameters: [PostgresParameter],
        on network: Network
    ) throws(PostgresError) -> [Int64: Wanted] {
        var wanted: [Int64: Wanted] = [:]
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
                wanted[id, default: Wanted()].unreadable = "nothing can be paid to \(address)"
                continue
            }
            wanted[id, default: Wanted()].payees.append(
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
