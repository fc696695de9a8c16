package import System

/// Where a server takes connections.
package struct Listener: Sendable {
    /// An address or a name of this machine; `::` takes IPv4 too.
    package var host: String
    /// 0 lets the kernel choose; all loops of a server share the port.
    package var port: UInt16
    /// `nil`: plain text.
    package var tls: TLSIdentity?
    /// Peers whose connections begin with a PROXY header (haproxy's protocol, version 1 or 2), before TLS; it is required of
    /// them, and looked for from nobody else.
    package var trustedProxies: Set<RemoteAddress>

    package init(host: String, port: UInt16, tls: TLSIdentity? = nil, trustedProxies: Set<RemoteAddress> = []) {
        self.host = host
        self.port = port
        self.tls = tls
        self.trustedProxies = trustedProxies
    }
}

/// A listener as one loop has it.
struct Door: Sendable {
    let place: Int
    let tls: TLSIdentity?
    let trustedProxies: Set<RemoteAddress>
    let socket: ListeningSocket
}
