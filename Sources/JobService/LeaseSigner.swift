import Bins
import Cryptography
import Messages
import MiningDomain

/// Turns bins into what travels, and back: a lease's bytes with a code that only this pool can make.
struct LeaseSigner: Sendable {
    let key: AuthenticationKey

    func offer(_ lease: BinLease, shareTarget: [UInt8]) -> BinOffer {
        let message = Lease(
            leaseID: lease.id,
            jobID: lease.job.value,
            client: Client(
                address: lease.client.address,
                worker: lease.client.worker,
                clientID: lease.client.idBytes
            ),
            extranonce1: lease.slice.extranonce1,
            start: lease.slice.start,
            count: lease.slice.count,
            time: lease.time,
            shareTarget: shareTarget,
            issuedAtMs: lease.issuedAtMs,
            expiresAtMs: lease.expiresAtMs
        )
        let bytes = message.encoded()
        return BinOffer(
            signedLease: bytes + key.code(for: bytes),
            lease: message,
            expectedDurationMs: UInt32(clamping: lease.expectedMs ?? 0)
        )
    }

    /// - Returns: `nil` for what this pool did not sign.
    func lease(_ signed: [UInt8]) -> (lease: BinLease, shareTarget: Target)? {
        guard signed.count > AuthenticationKey.codeByteCount else { return nil }
        let bytes = Array(signed.dropLast(AuthenticationKey.codeByteCount))
        guard key.isValid(signed.suffix(AuthenticationKey.codeByteCount), for: bytes),
            let message = try? Lease(decoding: bytes), let client = message.client.flatMap(BinClient.init),
            let job = JobID(message.jobID), message.count > 0, let target = Target(bigEndian: message.shareTarget)
        else { return nil }
        let lease = BinLease(
            id: message.leaseID,
            client: client,
            job: job,
            slice: BinSlice(extranonce1: message.extranonce1, start: message.start, count: message.count),
            time: message.time,
            issuedAtMs: message.issuedAtMs,
            expiresAtMs: message.expiresAtMs,
            expectedMs: nil
        )
        return (lease, target)
    }
}

extension BinClient {
    private static let idByteCount = 16
    private static let addressByteCountMax = 100

    /// - Returns: `nil` unless each field is within the bounds of the contract.
    init?(_ client: Client) {
        guard client.clientID.count == Self.idByteCount,
            (1...Self.addressByteCountMax).contains(client.address.utf8.count),
            let worker = WorkerName(client.worker)
        else { return nil }
        self.init(
            id: client.clientID.reduce(0) { $0 << 8 | UInt128($1) },
            address: client.address,
            worker: worker.description
        )
    }

    var idBytes: [UInt8] {
        (0..<Self.idByteCount).map { UInt8(truncatingIfNeeded: id >> (8 * (Self.idByteCount - 1 - $0))) }
    }
}
