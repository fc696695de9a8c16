/// Where services meet.
///
/// The same services run in one process or in many: only this value differs.
package enum MessagingAddress: Hashable, Sendable {
    /// Within this process; with an exchange, whoever has the same one is called without a socket.
    case inproc(name: String, exchange: InProcessExchange? = nil)
    /// A socket file on this machine, which only its owner may open.
    case ipc(path: String)
    /// Port 0 lets the system choose, for a listener.
    case tcp(host: String, port: UInt16)
    /// The same, encrypted.
    case tls(host: String, port: UInt16)

    /// Bytes of a socket file's path (sun_path of unix(7), less its ending NUL).
    package static let pathByteCountMax = 107
    /// Bytes of an inproc name or a host: nng's own bound on an address, less its scheme and port.
    package static let nameByteCountMax = 100

    /// Reads `inproc://jobs`, `ipc:///run/lode/jobs.sock`, `tcp://10.0.0.5:7001` or `tls+tcp://jobs.internal:7001`.
    ///
    /// - Throws: What is wrong, as one sentence for the person who wrote it.
    package init(parsing text: String) throws(MessagingAddressError) {
        guard let mark = text.firstRange(of: "://") else {
            throw MessagingAddressError(text, "has no scheme: inproc://, ipc://, tcp:// or tls+tcp://")
        }
        let rest = String(text[mark.upperBound...])
        switch text[..<mark.lowerBound] {
        case "inproc":
            guard !rest.isEmpty, rest.utf8.count <= Self.nameByteCountMax, rest.utf8.allSatisfy(Self.isNameByte) else {
                throw MessagingAddressError(
                    text,
                    "needs a name of 1 to \(Self.nameByteCountMax) letters, digits and ._-/"
                )
            }
            self = .inproc(name: rest)
        case "ipc":
            guard rest.hasPrefix("/"), rest.utf8.count > 1, rest.utf8.count <= Self.pathByteCountMax,
                !rest.utf8.contains(0)
            else {
                throw MessagingAddressError(
                    text,
                    "needs an absolute path of at most \(Self.pathByteCountMax) bytes, as ipc:///run/lode/jobs.sock"
                )
            }
            self = .ipc(path: rest)
        case "tcp":
            let (host, port) = try Self.hostAndPort(rest, of: text)
            self = .tcp(host: host, port: port)
        case "tls+tcp":
            let (host, port) = try Self.hostAndPort(rest, of: text)
            self = .tls(host: host, port: port)
        case let scheme:
            throw MessagingAddressError(text, "has the scheme \(scheme), which is none of inproc, ipc, tcp, tls+tcp")
        }
    }

    private static func hostAndPort(
        _ text: String,
        of address: String
    ) throws(MessagingAddressError) -> (host: String, port: UInt16) {
        guard let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") else {
            throw MessagingAddressError(address, "has no port: write it as tcp://host:7001")
        }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy(isDigit), let port = UInt16(digits) else {
            throw MessagingAddressError(address, "has no port from 0 to 65535 after its last colon")
        }
        let host = String(text[..<colon])
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        let inner = isBracketed ? String(host.dropFirst().dropLast()) : host
        let isNumberedSix = isBracketed && inner.utf8.allSatisfy { isHexDigit($0) || $0 == UInt8(ascii: ":") }
        let isName = !isBracketed && inner.utf8.allSatisfy(isHostByte)
        guard !inner.isEmpty, inner.utf8.count <= nameByteCountMax, isNumberedSix || isName || host == "*" else {
            throw MessagingAddressError(address, "needs a host name, an IPv4 address, or an IPv6 address in [brackets]")
        }
        return (host, port)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isHostByte(byte) || byte == UInt8(ascii: "/")
    }

    /// The same place; one within this process is found by `exchange`.
    package func within(_ exchange: InProcessExchange?) -> MessagingAddress {
        guard case .inproc(let name, _) = self else { return self }
        return .inproc(name: name, exchange: exchange)
    }

    /// Who listens here in this process, if anybody does now.
    var inProcess: InProcessCalls? {
        guard case .inproc(let name, let exchange?) = self else { return nil }
        return exchange.server(name)
    }

    /// The same place with the port that the system chose.
    func with(port: UInt16?) -> MessagingAddress {
        guard let port else { return self }
        switch self {
        case .inproc, .ipc: return self
        case .tcp(let host, _): return .tcp(host: host, port: port)
        case .tls(let host, _): return .tls(host: host, port: port)
        }
    }
}

extension MessagingAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .inproc(let name, _): "inproc://\(name)"
        case .ipc(let path): "ipc://\(path)"
        case .tcp(let host, let port): "tcp://\(host):\(port)"
        case .tls(let host, let port): "tls+tcp://\(host):\(port)"
        }
    }
}

/// An address that cannot be read; its description says what to write instead.
package struct MessagingAddressError: Error, Hashable, CustomStringConvertible {
    package let text: String
    package let problem: String

    init(_ text: String, _ problem: String) {
        self.text = text
        self.problem = problem
    }

    package var description: String { "the address \(text.debugDescription) \(problem)" }
}
