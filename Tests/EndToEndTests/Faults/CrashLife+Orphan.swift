import Hashing
import JSON
import PayoutService
import TestSupport

/// How a block loses its place on the chain, and gets it back.
extension CrashLife {
    /// Takes a credited block off the chain, and brings it back: its money is nobody's meanwhile, and then as it was.
    ///
    /// The other chains are made by the peer, which is never killed and knows them all.
    ///
    /// - Returns: What was wrong, in words.
    func orphanAndBringBack(_ block: Hash256, of address: String, at moment: Stage) async throws -> [String] {
        let peer = pool.node.peer
        let name = JSON.string(block.displayHex)
        let earned = try await pool.worth(address)
        try await pool.node.synchronise()
        let place = try await peer.rpc("getblock", [name])["height"] ?? .null
        try await reorganise { try await peer.rpc("invalidateblock", [name]) }
        try await pool.wait(for: "the reversal") { try await stage(block) == "orphaned" }
        var findings: [String] = []
        try await pool.wait(for: "the books") {
            findings = try await pool.audit().findings.map { "orphaned: \($0)" }
            if try await pool.worth(address) != 0 { findings.append("orphaned: the finder has something") }
            return true
        }
        let rival = try await peer.rpc("getblockhash", [place])
        try await reorganise {
            try await peer.rpc("reconsiderblock", [name])
            try await peer.rpc("invalidateblock", [rival])
        }
        try await pool.wait(for: "the second credit") { try await stage(block) == moment.rawValue }
        try await pool.wait(for: "the books") {
            if try await pool.worth(address) != earned { findings.append("back: the finder has not what it had") }
            return true
        }
        return findings
    }

    /// The peer goes on alone from where `prepare` leads it, until its chain is the longer one; then both meet again.
    func reorganise(_ prepare: @Sendable () async throws -> Void) async throws {
        try await pool.wait(for: "another chain") {
            try await pool.node.cut()
            try await prepare()
            let missing = Int(try await pool.node.main.height()) + 2 - Int(try await pool.node.peer.height())
            if missing > 0 { try await pool.node.peer.generate(missing, to: try await pool.node.newAddress()) }
            try await pool.node.join()
            return true
        }
    }
}
