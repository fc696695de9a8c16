package import System

/// How much of this machine strangers may use.
package struct HTTPLimits: Sendable {
    /// Connections open at once; more wait in the kernel until one closes.
    package var connectionCountMax: Int = 10_000

    /// Connections open at once from one address (one /64 network of IPv6); more are closed at once.
    package var connectionCountPerAddressMax: Int = 256

    /// Peers that may open any number: proxies in front of this server.
    package var unlimitedPeers: Set<RemoteAddress> = []

    /// A request's first line and headers together; larger ones are refused with 431.
    package var headerByteCountMax: Int = 8 << 10

    /// A request's body; larger ones are refused with 413.
    package var bodyByteCountMax: Int = 64 << 10

    /// All bodies that are being received or answered; past it, requests are refused with 503.
    package var bodyByteCountInAllMax: Int = 64 << 20

    /// Requests being answered at once; more are refused with 503.
    package var requestsInFlightMax: Int = 4_096

    /// From a request's first line (on a new connection: from its opening) to the end of its headers.
    package var headerDeadline: Duration = .seconds(10)

    /// From the end of the headers to the end of the body, however steadily bytes come.
    package var bodyDeadline: Duration = .seconds(20)

    /// From the first byte of an answer to its last; of a stream, from its end to its last byte.
    package var answerDeadline: Duration = .seconds(30)

    /// Without a byte either way; in whole seconds.
    package var idleTime: Duration = .seconds(75)

    /// At a stop, how long requests under way may take.
    package var stopDeadline: Duration = .seconds(10)

    package init() {}
}
