/// Why a loop or a server does not start.
package enum EventLoopError: Error, Hashable {
    case addressInUse(host: String, port: UInt16)
    /// A port below 1024 needs a privilege.
    case notPermitted(host: String, port: UInt16)
    /// The host is no address of this machine.
    case noSuchAddress(host: String)
    /// The kernel gives no more of what is named: file descriptors, threads.
    case exhausted(String)
    case other(String)
}

extension EventLoopError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .addressInUse(let host, let port): "\(host):\(port) is in use by another program"
        case .notPermitted(let host, let port): "this user may not listen on \(host):\(port)"
        case .noSuchAddress(let host): "\(host) is no address of this machine"
        case .exhausted(let what): "the system gives no more \(what)"
        case .other(let reason): reason
        }
    }
}
