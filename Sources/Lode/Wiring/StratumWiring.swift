import Configuration
import EventLoop
import Gateway
import ServiceRuntime
import System

/// The gateway's door for mining hardware, as the operator wants it.
enum StratumWiring {
    private static let certificateName = "stratum-certificate.pem"
    private static let keyName = "stratum-key.pem"

    /// - Parameters:
    ///   - premises: Of the process.
    ///   - folder: The gateway's own, for a certificate that nobody has vouched for.
    /// - Returns: `nil` when Stratum is served nowhere.
    /// - Throws: `ConfigurationError` or `TLSError` for a certificate that cannot be used.
    static func settings(_ premises: Premises, folder: String) throws -> StratumSettings? {
        let configuration = premises.configuration
        let (plain, encrypted) = (configuration[Keys.Stratum.listen], configuration[Keys.Stratum.listenTLS])
        guard plain != nil || encrypted != nil else { return nil }
        var settings = StratumSettings()
        settings.plain = plain.map { ($0.host, $0.port) }
        settings.encrypted = try encrypted.map { ($0.host, $0.port, try identity(premises, folder: folder)) }
        let threads = configuration[Keys.Stratum.threads]
        settings.threadCount = threads > 0 ? threads : max(1, ProcessEnvironment.processorCount - 1)
        settings.connectionCountMax = GatewayWiring.connectionCountMax(
            configuration[Keys.Stratum.connections],
            key: Keys.Stratum.connections.name,
            log: premises.surroundings.named("gateway").log
        )
        settings.connectionCountPerAddressMax = configuration[Keys.Stratum.connectionsPerAddress]
        settings.trustedProxies = try GatewayWiring.addresses(Keys.Stratum.trustedProxies, configuration)
        settings.idleTime = configuration[Keys.Stratum.idleTime]
        settings.linesPerSecondMax = configuration[Keys.Stratum.linesPerSecond]
        settings.gatherTime = configuration[Keys.Stratum.gatherTime]
        settings.startDifficulty = configuration[Keys.Stratum.startDifficulty]
        settings.minimumDifficulty = configuration[Keys.Stratum.minimumDifficulty]
        settings.maximumDifficulty = configuration[Keys.Stratum.maximumDifficulty]
        settings.shareTime = configuration[Keys.Stratum.shareTime]
        settings.retargetTime = configuration[Keys.Stratum.retargetTime]
        settings.banPart = configuration[Keys.Stratum.banPercent]
        settings.banTime = configuration[Keys.Stratum.banTime]
        return settings
    }

    /// The operator's certificate, else one that signs itself, made once.
    private static func identity(_ premises: Premises, folder: String) throws -> TLSIdentity {
        let configuration = premises.configuration
        let (certificate, key) = (
            configuration[Keys.Stratum.certificate], configuration[Keys.Stratum.certificateKey]
        )
        guard certificate.isEmpty else {
            do {
                return try TLSIdentity(certificateFile: certificate, keyFile: key)
            } catch {
                throw configuration.error(at: Keys.Stratum.certificate, "cannot be used: \(error)")
            }
        }
        let (ownCertificate, ownKey) = ("\(folder)/\(certificateName)", "\(folder)/\(keyName)")
        if DurableFile.exists(ownCertificate), DurableFile.exists(ownKey) {
            return try TLSIdentity(certificateFile: ownCertificate, keyFile: ownKey)
        }
        let made = try TLSIdentity.selfSigned(
            commonName: "localhost",
            certificateFile: ownCertificate,
            keyFile: ownKey
        )
        premises.surroundings.named("gateway").log.info(
            "made a certificate that signs itself; miners that verify need one of an authority",
            ["file": ownCertificate]
        )
        return made
    }
}
