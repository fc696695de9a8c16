package import Hashing

/// How to mine at a Stratum pool.
package struct StratumSettings: Sendable {
    /// Whom to believe that it is the pool; without meaning for a plain connection.
    package enum Trust: Hashable, Sendable {
        /// Those whom the system's authorities vouch for.
        case system
        /// Those whom the authorities in this PEM file vouch for; a pool's own certificate may stand in it.
        case authorities(file: String)
        /// Whoever answers.
        case anyone
    }

    package var address: StratumAddress
    /// What the pool's jobs are to be hashed with: Stratum does not tell.
    package var algorithm: ProofAlgorithm
    /// Prints as it is: pools take `x`, or what belongs to no secret.
    package var password: String
    package var trust: Trust
    /// Our program's name and version, such as `lode/1.0.0`.
    package var userAgent: String
    /// The longest time without a word from the pool; past it the connection counts as dead.
    package var silenceMax: Duration = .seconds(300)

    package init(
        address: StratumAddress,
        algorithm: ProofAlgorithm,
        password: String = "x",
        trust: Trust = .system,
        userAgent: String
    ) {
        self.address = address
        self.algorithm = algorithm
        self.password = password
        self.trust = trust
        self.userAgent = userAgent
    }
}
