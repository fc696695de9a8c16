/// Where a line connection goes, and how much it bears.
package struct LineSettings: Sendable {
    /// Whom to believe that it is the host.
    package enum Security: Sendable {
        case plain
        /// TLS 1.2 or newer; the host's certificate is checked against the system's authorities, or those of a file.
        case verified(authorities: String?)
        /// TLS with whoever answers: nobody can listen in, but anybody may pretend to be the host.
        case unverified
    }

    /// A name, an IPv4 address, or an IPv6 address in brackets.
    package var host: String
    package var port: UInt16
    package var security: Security
    /// From the start to the end of the TLS handshake.
    package var connectTimeout: Duration
    /// The longest silence of the other side; past it the connection is given up.
    package var silenceMax: Duration
    /// How long the other side may take none of what waits to be sent.
    package var sendTimeout: Duration
    /// Of one line without its end; a longer one ends the connection.
    package var lineByteCountMax: Int

    package init(
        host: String,
        port: UInt16,
        security: Security,
        connectTimeout: Duration = .seconds(10),
        silenceMax: Duration = .seconds(300),
        sendTimeout: Duration = .seconds(30),
        lineByteCountMax: Int = 1 << 20
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.connectTimeout = connectTimeout
        self.silenceMax = silenceMax
        self.sendTimeout = sendTimeout
        self.lineByteCountMax = lineByteCountMax
    }

    /// curl knows no protocol of bare lines: connected and nothing more, it is none.
    var url: String {
        switch security {
        case .plain: "http://\(host):\(port)"
        case .verified, .unverified: "https://\(host):\(port)"
        }
    }
}
