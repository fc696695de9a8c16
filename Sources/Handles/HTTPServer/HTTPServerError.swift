/// Why a server does not start.
package enum HTTPServerError: Error, Hashable {
    case addressInUse(host: String, port: UInt16)
    /// A port below 1024 needs a privilege.
    case notPermitted(host: String, port: UInt16)
    /// The host is no address of this machine.
    case noSuchAddress(host: String)
    case other(String)
}

extension HTTPServerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .addressInUse(let host, let port): "\(host):\(port) is in use by another program"
        case .notPermitted(let host, let port): "this user may not listen on \(host):\(port)"
        case .noSuchAddress(let host): "\(host) is no address of this machine"
        case .other(let reason): reason
        }
    }
}
