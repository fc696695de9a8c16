/// How much of this machine the connections of a loop, or of a server with several, may use.
package struct LoopSettings: Sendable {
    /// Connections over all loops of a server, incoming and outgoing together; more are closed at once.
    package var connectionCountMax: Int = 10_000

    /// Connections from one address (one /64 network of IPv6) over all loops of a server; more are closed at once.
    package var connectionCountPerAddressMax: Int = 1_024

    /// Bytes of one line, without its end; a longer one closes the link.
    package var lineByteCountMax: Int = 8 << 10

    /// Bytes that are read from one link in one turn of the loop, 1 to 65,536; the rest waits for the next turn.
    package var turnByteCountMax: Int = 16 << 10

    /// Lines that are delivered from one link in one turn of the loop; the rest waits for the next turn.
    package var turnLineCountMax: Int = 64

    /// How far turns that read are held apart at most while lines come fast, so that several are read together; zero: never.
    package var gatherTime: Duration = .zero

    /// Lines a second that one loop reads from which on its turns are held apart; zero: always.
    package var gatherLineRateMin: UInt64 = 7_000

    /// Bytes that wait for a slow reader; more close the link as `.tooSlow`.
    package var outputByteCountMax: Int = 64 << 10

    /// Links that may have more waiting, as `Link.sendLarge` puts it there, at once.
    package var largeOutputCountMax: Int = 4

    /// Closures that were posted and not yet run; more are refused.
    package var postCountMax: Int = 65_536

    /// Names that are being looked up for outgoing links; more fail.
    package var lookupCountMax: Int = 16

    /// From an outgoing link's beginning to its connection, the lookup of its name included.
    package var connectTime: Duration = .seconds(10)

    /// From a trusted proxy's connection to the end of its PROXY header.
    package var proxyHeaderTime: Duration = .seconds(5)

    /// From a connection to the end of TLS's handshake.
    package var handshakeTime: Duration = .seconds(10)

    /// From a usable incoming link to its first whole line.
    package var firstLineTime: Duration = .seconds(30)

    /// From a line's first bytes to its end, however steadily bytes come.
    package var halfLineTime: Duration = .seconds(20)

    /// Without a whole line.
    package var idleTime: Duration = .seconds(600)

    /// How long a closed link may take for its last bytes.
    package var lingerTime: Duration = .seconds(2)

    /// How often time limits are looked at, and `LoopHandler.tick` is called; what they are late by at most.
    package var tickInterval: Duration = .milliseconds(250)

    package init() {}
}
