package import HTTPServer
package import System

/// What an operator may choose about the part that miners see.
package struct GatewaySettings: Sendable {
    package var host = "0.0.0.0"
    /// 0 lets the kernel choose.
    package var port: UInt16 = 8_080
    /// Connections, bytes and times.
    package var limits = HTTPLimits()
    /// Proxies whose `X-Forwarded-For` is believed; they may open any number of connections.
    package var trustedProxies: Set<RemoteAddress> = []

    /// Requests that one client may keep up, each second; three seconds' worth may come at once.
    package var requestsPerSecondPerClient: UInt64 = 20
    /// The same for one address (one /64 network of IPv6), behind which many clients may be.
    package var requestsPerSecondPerAddress: UInt64 = 400

    /// Files of the accounts that alone are served, and of those that are not; empty for none.
    package var allowFile = ""
    package var denyFile = ""

    /// Open `/events` streams in all, and from one address.
    package var streamCountMax = 2_000
    package var streamCountPerAddressMax = 64

    /// How often the other services are asked, whatever they announced.
    package var pollInterval: Duration = .seconds(1)
    /// How long the last job is still given out while no job service answers.
    package var jobKeepTime: Duration = .seconds(15)
    /// How long another service may take for an answer.
    package var callTimeout: Duration = .seconds(5)
    /// The same for judging shares, which waits for a disk.
    package var judgeTimeout: Duration = .seconds(15)
    /// Calls for judging that are under way at once; what arrives meanwhile makes up the next ones.
    package var judgeCallCountMax = 4

    package init() {}
}
