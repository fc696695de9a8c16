import JSON

/// One account as people read it.
struct AccountReport: CustomStringConvertible {
    private let account: JSON

    init(_ account: JSON) {
        self.account = account
    }

    var description: String {
        var lines = [
            "account    \(PayoutReport.text(account["address"]))",
            "threshold  \(PayoutReport.number(account["payout_threshold"])) base units, \(whose("payout_threshold_is_own"))",
            "interval   \(PayoutReport.number(account["payout_interval_seconds"])) seconds, \(whose("payout_interval_is_own"))",
        ]
        if let reason = account["excluded_because"]?.string { lines.append("not paid   \(reason)") }
        for balance in account["balances"]?.object?.members ?? [] {
            lines.append("balance    \(PayoutReport.number(balance.value)) \(balance.key)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Those that are not paid, one a line.
    static func unpaid(_ accounts: [JSON]) -> String {
        let rows = accounts.map { account in
            [
                PayoutReport.text(account["address"]), PayoutReport.time(account["since_ms"]),
                PayoutReport.number(account["confirmed"]),
                account["is_for_a_person"]?.bool == true ? "a person" : "itself",
                PayoutReport.text(account["reason"]),
            ]
        }
        return PayoutReport.columns([["account", "since", "confirmed", "ended by", "reason"]] + rows)
    }

    private func whose(_ key: String) -> String {
        account[key]?.bool == true ? "its own" : "the pool's"
    }
}
