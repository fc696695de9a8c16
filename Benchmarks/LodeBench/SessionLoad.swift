import Cryptography
import Messages
import Messaging
import ServiceRuntime
import ShareService

/// Shares of stratum sessions as one gateway sends them: every share of another session and another client.
struct SessionLoad {
    let shareCount: Int
    let callCount: Int

    static let nowMs: UInt64 = 1_790_000_000_000

    func requests(_ key: AuthenticationKey, from nextNonce: inout UInt32) -> [JudgeSessionSharesRequest] {
        let sessionKey = key.derived(for: SessionLease.keyLabel)
        let leases = (0..<UInt32(shareCount)).map { number in
            let lease = SessionLease(
                leaseID: 1,
                extranonce1: number,
                issuedAtMs: Self.nowMs,
                expiresAtMs: Self.nowMs + 60_000
            )
            .encoded()
            return lease + sessionKey.code(for: lease)
        }
        let clients = (0..<shareCount).map { number in
            Client(
                address: "rltc1qbench0000000000000000000000000000000",
                worker: "rig\(number)",
                clientID: (0..<16).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 2))) }
            )
        }
        return (0..<callCount).map { _ in
            let nonces = nextNonce..<(nextNonce + UInt32(shareCount))
            nextNonce = nonces.upperBound
            let places = (0..<UInt32(shareCount)).map { $0 }
            return JudgeSessionSharesRequest(
                leases: leases,
                clients: clients,
                targets: [[UInt8](repeating: 0xff, count: 32)],
                submissionIDs: nonces.map { UInt64($0) + 1 << 40 },
                leasePlaces: places,
                clientPlaces: places.map { $0 + 1 },
                targetPlaces: places.map { _ in 0 },
                jobIDs: places.map { _ in 1 },
                extranonce2s: places.map { _ in 0 },
                times: places.map { _ in 1_790_000_000 },
                nonces: Array(nonces),
                versions: places.map { _ in 0x2000_0000 },
                presumed: places.map { _ in 0 }
            )
        }
    }

    /// - Returns: Shares judged per second of processor time.
    func rate(by handler: any SharesHandler, _ requests: [JudgeSessionSharesRequest]) async throws -> UInt64 {
        let queue = RequestQueue(requests)
        let before = ProcessTime.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<SharesSection.outstanding {
                group.addTask {
                    while let request = queue.next() {
                        let reply = try await handler.judgeSessionShares(request)
                        let isGood = reply.statuses.allSatisfy { $0 == ShareStatus.accepted.rawValue }
                        precondition(isGood, "every share of the benchmark is good")
                    }
                }
            }
            try await group.waitForAll()
        }
        return UInt64(Double(shareCount * callCount) / ((ProcessTime.now - before) / .seconds(1)))
    }
}
