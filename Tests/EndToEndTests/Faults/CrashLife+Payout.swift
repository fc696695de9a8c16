import Hashing
import JSON
import PostgresClient
import TestSupport

/// The ways of a payout.
extension CrashLife {
    /// Holds a payout back before it is signed, or drawn up for somebody to sign.
    private static let signing: Set = ["signrawtransactionwithwallet", "createpsbt"]

    /// Lets the pool pay what an account has earned.
    func pay(_ address: String, _ faults: [FaultDirector.Trap], after block: Half) async throws -> Half {
        let director = pool.director
        switch kind.payout {
        case .straight:
            director.arm(faults)
            director.block([])
            try await settle(address)
            let steps = director.seen.filter { !block.steps.contains($0) }
            return Half(isFaultDone: !director.isArmed, steps: steps, ownSteps: steps)
        case .raised:
            director.block([])
            try await waitForPayout(of: address) { try await isSent($0) }
            return try await goOn(faults, settle: { try await settle(address) }) { try await raise(address) }
        case .takenBack:
            director.block([])
            try await waitForPayout(of: address) { try await isSent($0) }
            try await pool.node.cut()
            try await pool.node.generate(1)
            try await waitForPayout(of: address) { $0.state == "confirmed" }
            return try await goOn(faults, settle: {}) {
                try await reorganise {}
                try await waitForPayout(of: address) { $0.state != "confirmed" }
                try await settle(address, times: 2)
            }
        case .cancelled:
            director.block(Self.signing)
            try await waitForPayout(of: address) { $0.state == "reserved" }
            director.block(Self.signing.union([FaultDirector.planning]))
            return try await goOn(
                faults,
                settle: {
                    director.block([])
                    try await settle(address)
                }
            ) { try await cancel(address) }
        case .cold:
            director.block(Self.signing)
            try await waitForPayout(of: address) { $0.state == "reserved" }
            return try await goOn(faults, settle: {}) {
                director.block([])
                try await settle(address)
            }
        }
    }

    /// Goes a way of its own, on which faults strike, once every run does the same; and then to the end.
    private func goOn(
        _ faults: [FaultDirector.Trap],
        settle: () async throws -> Void,
        _ way: () async throws -> Void
    ) async throws -> Half {
        let director = pool.director
        director.forget()
        // The first of these may be half over.
        let start = director.payoutRunCount
        try await pool.wait(for: "a whole run") { director.payoutRunCount >= start + 2 }
        let usual = Set(director.seen)
        director.forget()
        director.arm(faults)
        try await way()
        let own = director.seen.filter { !usual.contains($0) }
        try await settle()
        return Half(isFaultDone: !director.isArmed, steps: director.seen, ownSteps: own)
    }

    /// Mines without the payout until it is offered with a higher fee, and has a node that knows that version.
    private func raise(_ address: String) async throws {
        let node = pool.node
        try await waitForPayout(of: address) { payout in
            if payout.versionCount > 1 { return try await isSent(payout) }
            let missing = Int(payout.signedHeight + PayoutWay.raiseAfterBlocks) - Int(try await node.peer.height())
            if missing > 0 { try await node.peer.generate(missing, to: try await node.newAddress()) }
            return false
        }
    }

    /// A person gives the payout up, whose wallet does not answer.
    private func cancel(_ address: String) async throws {
        let id = try await waitForPayout(of: address) { $0.state == "reserved" }.id
        try await pool.wait(for: "the payout to be cancelled") {
            let rows = try await pool.database.execute("SELECT state FROM payouts WHERE payout_id = $1", [.integer(id)])
            if try rows[0].text(0) == "cancelled" { return true }
            _ = try await pool.operate("POST", "/payouts/\(id)/cancel")
            return false
        }
    }

    /// Whoever has the keys signs what waits for it.
    private func signElsewhere() async throws {
        let rows = try await pool.database.execute(
            "SELECT payout_id FROM payouts JOIN payout_handovers USING (payout_id) WHERE state = 'reserved'"
        )
        for row in rows {
            let id = try row.integer(0, as: Int64.self)
            let exported = try await pool.operate("POST", "/payouts/\(id)/export")
            let signed = try await ColdWallet.sign(exported["psbt"] ?? .null, on: pool.node)
            _ = try await pool.operate("PUT", "/payouts/\(id)/psbt", signed)
        }
    }

    /// Lets the pool pay, and buries what it sent once the pool has looked at it unburied.
    private func settle(_ address: String, times: Int = 1) async throws {
        var sentAt: Int?
        try await pool.wait(for: "the payout's end") {
            if kind.payout == .cold { try await signElsewhere() }
            let open: Int = try await pool.database.execute(
                "SELECT count(*) FROM payouts WHERE state NOT IN ('confirmed', 'cancelled')"
            )[0].integer(0)
            let mempool = try await pool.node.rpc("getrawmempool").array ?? []
            if mempool.isEmpty { sentAt = nil }
            if !mempool.isEmpty, sentAt == nil { sentAt = pool.director.payoutRunCount }
            if let sentAt, pool.director.payoutRunCount >= sentAt + 2 { try await pool.node.generate(1) }
            let paid = try await pool.balance(of: address, "paid")
            guard open == 0, paid > 0 else { return false }
            return try await SeenPayout.newest(of: address, pool)?.settlementCount ?? 0 >= times
        }
    }

    @discardableResult
    private func waitForPayout(
        of address: String,
        until condition: @Sendable (SeenPayout) async throws -> Bool
    ) async throws -> SeenPayout {
        var found: SeenPayout?
        try await pool.wait(for: "the payout of \(kind.payout.rawValue)") {
            found = try await SeenPayout.newest(of: address, pool)
            guard let found else { return false }
            return try await condition(found)
        }
        guard let found else { throw EndToEndError.nothingFound("a payout of \(address)") }
        return found
    }

    /// Whether the pool's node has what is offered now.
    private func isSent(_ payout: SeenPayout) async throws -> Bool {
        let mempool = try await pool.node.rpc("getrawmempool").array ?? []
        return payout.state == "broadcast" && mempool.contains { $0.string == payout.transaction?.displayHex }
    }
}
