internal import Cryptography
internal import Synchronization

/// Session leases by their bytes: the signature is paid for once a session, not once a share.
final class SessionLeases: Sendable {
    /// Leases that are remembered, about 200 bytes of memory each; past it all are forgotten, and looked at again.
    static let countMax = 100_000

    private let key: AuthenticationKey
    private let countMax: Int
    private let known = Mutex<[[UInt8]: CheckedSessionLease]>([:])

    init(key: AuthenticationKey, countMax: Int = countMax) {
        self.key = key
        self.countMax = countMax
    }

    /// Each lease in its order; `nil` for one that this pool did not sign.
    func checked(_ signed: [[UInt8]]) -> [CheckedSessionLease?] {
        var leases = known.withLock { known in signed.map { known[$0] } }
        for index in leases.indices where leases[index] == nil {
            guard let lease = CheckedSessionLease(signed[index], key: key) else { continue }
            leases[index] = lease
            known.withLock { known in
                if known.count >= countMax { known = [:] }
                known[signed[index]] = lease
            }
        }
        return leases
    }

    var count: Int { known.withLock(\.count) }
}
