internal import Ledger
package import Messages
internal import PostgresClient

/// Those calls that only tell what is remembered.
extension LedgerCalls {
    private static let hashByteCount = 32
    private static let nodeNameByteCountMax = 64

    package func recordNode(_ request: NodeState) async throws(RPCError) -> Empty {
        guard request.tip.count == Self.hashByteCount, request.name.utf8.count <= Self.nodeNameByteCountMax,
            !request.name.utf8.contains(0)
        else { throw .invalidArgument("no state of a node") }
        return try await remembered { () async throws(PostgresError) in
            try await nodeStates.record(request)
            return Empty()
        }
    }

    package func getFigures(_ request: GetFiguresRequest) async throws(RPCError) -> PoolFigures {
        try await remembered { () async throws(PostgresError) in try await poolHistory.figures(nowMs: nowMs) }
    }

    package func getAccount(_ request: GetAccountRequest) async throws(RPCError) -> AccountFigures {
        let account = try canonicalAccount(request.address)
        return try await remembered { () async throws(PostgresError) in
            try await workHistory.account(account, nowMs: nowMs)
        }
    }

    package func getSamples(_ request: GetSamplesRequest) async throws(RPCError) -> Samples {
        let account = request.address.isEmpty ? nil : try canonicalAccount(request.address)
        guard !request.worker.utf8.contains(0), account != nil || request.worker.isEmpty else {
            throw .invalidArgument("worker is no worker's name")
        }
        return try await remembered { () async throws(PostgresError) in
            try await workHistory.samples(of: account, worker: request.worker, hours: request.hours, nowMs: nowMs)
        }
    }

    package func getWork(_ request: GetWorkRequest) async throws(RPCError) -> WorkByAccount {
        guard request.block.isEmpty || request.block.count == Self.hashByteCount else {
            throw .invalidArgument("block is not 32 bytes")
        }
        let work = try await remembered { () async throws(PostgresError) in
            guard !request.block.isEmpty else { return Optional(try await roundHistory.round(count: request.count)) }
            return try await roundHistory.work(for: request.block, count: request.count)
        }
        guard let work else { throw .notFound("no credits of this block") }
        return work
    }

    package func getPayouts(_ request: GetPayoutsRequest) async throws(RPCError) -> Payouts {
        if !request.address.isEmpty { _ = try canonicalAccount(request.address) }
        return try await remembered { () async throws(PostgresError) in try await moneyHistory.payouts(request) }
    }

    package func getFinders(_ request: GetFindersRequest) async throws(RPCError) -> Finders {
        try await remembered { () async throws(PostgresError) in try await poolHistory.finders(count: request.count) }
    }

    package func getEntries(_ request: GetEntriesRequest) async throws(RPCError) -> Entries {
        let account = try canonicalAccount(request.address)
        return try await remembered { () async throws(PostgresError) in
            try await moneyHistory.entries(of: account, after: request.after, count: request.count)
        }
    }

    private func canonicalAccount(_ text: String) throws(RPCError) -> AccountName {
        let account = try account(text)
        guard account.description == text else { throw .invalidArgument("address is not in its canonical form") }
        return account
    }

    private func remembered<Value: Sendable>(
        _ call: () async throws(PostgresError) -> Value
    ) async throws(RPCError) -> Value {
        try readiness.check()
        return try await onDatabase(call)
    }
}
