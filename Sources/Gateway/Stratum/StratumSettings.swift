package import EventLoop
package import MiningDomain
import StratumProtocol
package import System

/// What an operator may choose about Stratum connections.
package struct StratumSettings: Sendable {
    /// Where plain connections are taken, `nil` for nowhere.
    ///
    /// Port 0 lets the kernel choose.
    package var plain: (host: String, port: UInt16)?
    /// Where connections with TLS are taken, and as whom.
    package var encrypted: (host: String, port: UInt16, identity: TLSIdentity)?
    package var threadCount = 1
    package var connectionCountMax = 10_000
    package var connectionCountPerAddressMax = 100
    /// Load balancers whose PROXY header is believed.
    package var trustedProxies: Set<RemoteAddress> = []
    package var idleTime: Duration = .seconds(600)
    /// Lines that one connection may keep up, each second; ten seconds' worth may come at once.
    package var linesPerSecondMax: UInt64 = 200
    /// Subscriptions of one loop that wait for a search space; more are refused, and their connections closed.
    package var waitingSubscriptionCountMax = 10_000
    /// How long a loop lets shares come together at most before it reads again, while they come fast; zero: it never does.
    package var gatherTime: Duration = .milliseconds(2)

    package var startDifficulty: Difficulty = .one
    package var minimumDifficulty: Difficulty = .one
    package var maximumDifficulty: Difficulty = .one
    package var shareTime: Duration = .seconds(4)
    package var retargetTime: Duration = .seconds(90)

    /// Hundredths of a percent of an address's shares that may be invalid; 0: nobody is banned.
    package var banPart = 3_000
    package var banTime: Duration = .seconds(3_600)

    /// After how long a miner is sent the same job again, if there is no other.
    ///
    /// It is looked at once a second, at a tick of the loop: so no miner hears nothing for 30 seconds.
    package var notifyTime: Duration = .seconds(28)
    /// How long the last shares may take to be judged when the gateway stops.
    package var drainTime: Duration = .seconds(5)

    package init() {}

    /// In the order of their ports.
    var listeners: [Listener] {
        let plain = plain.map { Listener(host: $0.host, port: $0.port, trustedProxies: trustedProxies) }
        let encrypted = encrypted.map {
            Listener(host: $0.host, port: $0.port, tls: $0.identity, trustedProxies: trustedProxies)
        }
        return [plain, encrypted].compactMap(\.self)
    }

    /// Of the loops.
    var limits: LoopSettings {
        var limits = LoopSettings()
        limits.connectionCountMax = connectionCountMax
        limits.connectionCountPerAddressMax = connectionCountPerAddressMax
        limits.lineByteCountMax = StratumRequest.lineByteCountMax
        limits.gatherTime = gatherTime
        limits.idleTime = idleTime
        limits.firstLineTime = min(limits.firstLineTime, idleTime)
        return limits
    }

    var vardiff: VardiffSettings {
        VardiffSettings(
            shareIntervalMs: max(1, shareTime.wholeMilliseconds),
            retargetIntervalMs: max(1, retargetTime.wholeMilliseconds),
            bounds: minimumDifficulty...maximumDifficulty,
            start: startDifficulty
        )
    }
}
