package import Messages
internal import PostgresClient
internal import ServiceRuntime

/// What operators do at gateways, which have no database.
extension LedgerCalls {
    private static let addressByteCountMax = 100
    private static let textByteCountMax = 1_000

    package func recordBan(_ request: BanEntry) async throws(RPCError) -> Empty {
        guard let name = OperatorName(request.operatorName) else {
            throw .invalidArgument("operator_name must be one line of 1 to \(OperatorName.byteCountMax) bytes")
        }
        guard (1...Self.addressByteCountMax).contains(request.address.utf8.count),
            [request.reason, request.refusal].allSatisfy({ $0.utf8.count <= Self.textByteCountMax }),
            ![request.address, request.reason, request.refusal].contains(where: { $0.utf8.contains(0) })
        else { throw .invalidArgument("address, reason or refusal is too long, or no text") }
        var parameters: [String: String] = [:]
        if request.seconds > 0 {
            parameters = ["seconds": String(request.seconds), "reason": request.reason]
        }
        var entry = OperatorEntry(
            name,
            request.seconds > 0 ? .banAdd : .banLift,
            OperatorEntry.object(address: request.address),
            parameters: parameters
        )
        if !request.refusal.isEmpty { entry = entry.refused(request.refusal) }
        let written = entry
        try readiness.check()
        if let waitMs = operatorLog.pace.take() {
            throw .resourceExhausted("too much is asked for at once: try again in \((waitMs + 999) / 1_000) s")
        }
        return try await onDatabase { () async throws(PostgresError) in
            try await operatorLog.write(written)
            return Empty()
        }
    }
}
