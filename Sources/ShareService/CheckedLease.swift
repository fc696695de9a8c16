internal import Cryptography
internal import Messages
internal import MiningDomain

/// A lease that this pool signed, with its fields as the values they stand for.
struct CheckedLease: Sendable {
    let jobID: UInt64
    let client: Client
    let extranonce1: UInt32
    let positions: Range<UInt64>
    let time: UInt32
    let shareTarget: Target
    let expiresAtMs: UInt64

    /// Reads a lease's bytes with the 32 bytes of HMAC-SHA256 behind them.
    ///
    /// - Returns: `nil` if `key` did not sign them.
    init?(_ signed: [UInt8], key: AuthenticationKey) {
        guard signed.count > AuthenticationKey.codeByteCount else { return nil }
        let body = Array(signed.dropLast(AuthenticationKey.codeByteCount))
        guard key.isValid(signed.suffix(AuthenticationKey.codeByteCount), for: body),
            let lease = try? Lease(decoding: body)
        else { return nil }
        self.init(lease)
    }

    /// - Returns: `nil` for a lease that lacks something, which no JobService signs.
    init?(_ lease: Lease) {
        let (end, overflow) = lease.start.addingReportingOverflow(lease.count)
        guard let client = lease.client, let target = Target(bigEndian: lease.shareTarget), lease.jobID != 0,
            lease.count > 0, !overflow
        else { return nil }
        self.client = client
        shareTarget = target
        jobID = lease.jobID
        extranonce1 = lease.extranonce1
        positions = lease.start..<end
        time = lease.time
        expiresAtMs = lease.expiresAtMs
    }

    /// Whether it was made out to `client`.
    func belongs(to client: Client?) -> Bool {
        self.client.clientID == client?.clientID && self.client.address == client?.address
    }
}
