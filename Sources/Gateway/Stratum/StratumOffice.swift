import BlockFormat
import Messages
import MiningDomain
import ServiceRuntime
import StratumProtocol

/// What the loops of one gateway share.
struct StratumOffice: Sendable {
    /// Random, so that nobody can go on with another's session.
    static let sessionNameByteCount = 8

    let settings: StratumSettings
    let vardiff: VardiffSettings
    let network: Network
    let leases: SessionLeases
    let memory: SessionMemory
    let windows = AddressWindows()
    let bans: BanList
    let access: AccountAccess
    let metrics: StratumMetrics
    let surroundings: Surroundings

    /// Connections that one address may begin, at each loop: twice as many at once as it may have, and then a fifth a second.
    var connectionRate: TokenBucket.Rate {
        let count = UInt64(max(1, settings.connectionCountPerAddressMax))
        return TokenBucket.Rate(perSecond: max(1, count / 5), burst: 2 * count)
    }

    /// Lines that one connection may send.
    var lineRate: TokenBucket.Rate {
        TokenBucket.Rate(perSecond: settings.linesPerSecondMax, burst: 10 * settings.linesPerSecondMax)
    }
}
