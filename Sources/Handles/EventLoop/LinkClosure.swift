/// Why a connection ended.
package enum LinkClosure: Error, Hashable {
    /// The other side closed or reset it.
    case peer
    /// This program did: `Link.close`.
    case local
    /// The loop is stopping.
    case stopping
    /// A line of more than `LoopSettings.lineByteCountMax` bytes.
    case lineTooLong
    case timedOut(TimeLimit)
    /// More than `LoopSettings.outputByteCountMax` bytes waited for the other side to read.
    case tooSlow
    /// Its network has `LoopSettings.connectionCountPerAddressMax` connections already.
    case tooManyFromAddress
    /// The loop, or the server that it belongs to, has `LoopSettings.connectionCountMax` connections already.
    case tooManyConnections
    /// A trusted proxy did not begin with a PROXY header that makes sense.
    case badProxyHeader(ProxyHeader.Fault)
    /// The handshake, or a record after it; the text is OpenSSL's.
    case tlsFailed(String)
    /// An outgoing connection that did not come about; the text says why.
    case notConnected(String)
}

/// The time limits of `LoopSettings`.
package enum TimeLimit: String, Hashable, Sendable {
    case connecting
    case proxyHeader
    case handshake
    case firstLine
    /// A line was begun and not ended.
    case halfLine
    case idle
}

extension LinkClosure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .peer: "closed by the other side"
        case .local: "closed by this side"
        case .stopping: "this side is stopping"
        case .lineTooLong: "a line is too long"
        case .timedOut(let limit): "out of time: \(limit.rawValue)"
        case .tooSlow: "the other side does not read"
        case .tooManyFromAddress: "too many connections from this address"
        case .tooManyConnections: "too many connections"
        case .badProxyHeader(let fault): "PROXY header: \(fault.rawValue)"
        case .tlsFailed(let reason): "TLS: \(reason)"
        case .notConnected(let reason): reason
        }
    }
}
