import TestSupport

/// Names what the pool does to its neighbours, as it is seen on its way: one name an outside effect of block handling
/// and of paying.
///
/// What is not listed here as a mere question, or as another matter's table, is a step: one that is new makes itself
/// known.
struct StepNames {
    /// Calls of a node that change nothing, and that no payout hangs on.
    private static let questions: Set<String> = [
        "getbestblockhash", "getblockchaininfo", "getblockhash", "getblockheader", "getblocktemplate", "listwallets",
        "getaddressinfo", "getaddressesbylabel", "getnetworkinfo", "getbalances", "getmempoolinfo", "getblockcount",
        "estimatesmartfee", "listlockunspent", "validateaddress", "listsinceblock", "listtransactions",
        "decoderawtransaction",
    ]
    /// Tables that hold neither blocks nor money.
    private static let otherTables: Set<String> = [
        "shares", "clients", "workers", "accounts", "account_settings", "work_minutes", "work_slices", "work_spans",
        "work_samples", "node_states", "worker_counters", "operator_log", "schema_versions", "watched_payouts",
    ]

    private static let moving = "INSERT transfers "

    /// What each session's open transaction has done so far.
    private var transactions: [Int: [String]] = [:]

    /// - Returns: `nil` for what is no step.
    mutating func step(of call: ProxiedCall) -> String? {
        switch call.neighbour {
        case .node: Self.questions.contains(call.text) || call.text.isEmpty ? nil : call.text
        case .postgres: statement(call)
        }
    }

    private mutating func statement(_ call: ProxiedCall) -> String? {
        switch call.text {
        case "BEGIN":
            transactions[call.connection] = []
            return nil
        case "ROLLBACK":
            transactions[call.connection] = nil
            return nil
        case "COMMIT":
            // To have planned nothing changes nothing but the time of the next plan.
            let steps = transactions.removeValue(forKey: call.connection)?.filter { !$0.hasPrefix("INSERT meta") }
            return (steps?.last { $0.hasPrefix(Self.moving) } ?? steps?.last).map { "COMMIT of \($0)" }
        case _:
            guard var step = Self.write(call) else { return nil }
            // The same statement is another step when money moves along with it.
            let moved = transactions[call.connection]?.last { $0.hasPrefix(Self.moving) }
            if let moved, !step.hasPrefix("INSERT") { step += " with \(moved.dropFirst(Self.moving.count))" }
            transactions[call.connection]?.append(step)
            return step
        }
    }

    /// A statement that changes blocks or money: what it does, to which table, and to which state or of which kind.
    private static func write(_ call: ProxiedCall) -> String? {
        // Those of the schema itself begin with another word.
        guard call.text.hasPrefix("WITH ") || call.text.contains(#/^(INSERT|UPDATE|DELETE)/#),
            let match = call.text.firstMatch(of: #/\b(INSERT INTO|UPDATE|DELETE FROM) ([a-z_]+)/#)
        else { return nil }
        let (verb, table) = (match.output.1.prefix { $0 != " " }, String(match.output.2))
        guard !otherTables.contains(table) else { return nil }
        let head = call.text.prefix(upTo: call.text.firstRange(of: "WHERE")?.lowerBound ?? call.text.endIndex)
        let literals = head.matches(of: #/'([a-z_]+)'/#).map { String($0.output.1) }
        // Unless it is about payouts, `meta` keeps other matters' marks.
        guard table != "meta" || literals.contains(where: { $0.hasPrefix("payout") }) else { return nil }
        let words = literals + call.words.filter { $0.wholeMatch(of: #/[a-z_]+/#) != nil }
        return ([String(verb), table] + words.prefix(verb == "UPDATE" ? 2 : 1)).joined(separator: " ")
    }
}
