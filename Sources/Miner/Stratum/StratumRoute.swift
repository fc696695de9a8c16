import HTTPClient

/// Which address to connect to: the one that a person gave, or where the pool sends us, as far as that can be trusted.
struct StratumRoute: Sendable {
    /// After so many failures at an address that the pool named, it is the given one's turn again.
    static let failureCountMax = 3

    private let home: StratumAddress
    private let trust: StratumSettings.Trust
    private(set) var current: StratumAddress
    private var failureCount = 0

    init(_ settings: StratumSettings) {
        home = settings.address
        trust = settings.trust
        current = settings.address
    }

    var security: LineSettings.Security {
        guard current.isEncrypted else { return .plain }
        return switch trust {
        case .system: .verified(authorities: nil)
        case .authorities(let file): .verified(authorities: file)
        case .anyone: .unverified
        }
    }

    /// Follows the pool to another port of the same host.
    ///
    /// To another host only when the word is surely the pool's, over verified TLS, and then by verified TLS again: else
    /// whoever can write into the connection would get our work. TLS never becomes a plain connection.
    ///
    /// - Returns: `false` when the pool's wish is not followed.
    mutating func redirect(host: String?, port: UInt16?) -> Bool {
        guard
            let wish = StratumAddress(
                host: host ?? current.host,
                port: port ?? current.port,
                isEncrypted: current.isEncrypted
            )
        else { return false }
        let isAuthentic = current.isEncrypted && trust != .anyone
        guard wish.host == current.host || wish.host == home.host || isAuthentic else { return false }
        current = wish
        failureCount = 0
        return true
    }

    mutating func succeeded() {
        failureCount = 0
    }

    mutating func failed() {
        failureCount += 1
        if failureCount >= Self.failureCountMax { current = home }
    }
}
