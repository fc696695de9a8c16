import Glibc
import System

/// What an outgoing connection has before it.
struct ConnectPlan {
    let host: String
    let port: UInt16
    let tls: ClientTLS?
    /// Addresses that were not tried yet.
    var addresses: ArraySlice<SocketAddress> = []
}

extension LoopMachine {
    func connect(_ connection: Connection, _ plan: ConnectPlan) {
        connection.plan = plan
        let hasRoom = counts.enter()
        add(connection)
        guard hasRoom else { return connection.end(.tooManyConnections) }
        // An address in digits is read at once; a name is looked up elsewhere, since that may take seconds.
        if let addresses = try? SocketAddress.find(plan.host, port: plan.port, flags: AI_NUMERICHOST) {
            connection.found(.success(addresses))
        } else if lookupDesk?.begin(for: connection, host: plan.host, port: plan.port) != true {
            connection.end(.notConnected("too many names are being looked up"))
        }
    }
}

extension Connection {
    func found(_ outcome: Result<[SocketAddress], LookupError>) {
        guard phase == .connecting, closing == nil else { return }
        switch outcome {
        case .success(let addresses):
            plan?.addresses = addresses[...]
            connectNext("\(plan?.host ?? "") has no address")
        case .failure(let error): end(.notConnected("\(plan?.host ?? ""): \(error.reason)"))
        }
    }

    /// Tries the next address, or ends because of `reason`.
    private func connectNext(_ reason: String) {
        leaveSocket()
        var reason = reason
        while let next = plan?.addresses.popFirst() {
            descriptor = next.newSocket()
            if let remote = next.remote { address = remote }
            var yes: Int32 = 1
            unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
            let status = unsafe next.call { unsafe Glibc.connect(descriptor, $0, $1) }
            if status == 0 || errno == EINPROGRESS { return watchForRoom(true) }
            reason = unsafe String(cString: strerror(errno))
            leaveSocket()
        }
        end(.notConnected(reason))
    }

    private func leaveSocket() {
        writeEvent = nil
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    func finishConnecting() {
        var cause: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &cause, &size)
        guard cause == 0 else { return connectNext(unsafe String(cString: strerror(cause))) }
        watchForRoom(false)
        watch()
        guard closing == nil else { return }
        guard let plan, let client = plan.tls else { return becomeOpen() }
        guard let session = TLSSession(connecting: client, to: plan.host, descriptor: descriptor) else {
            return end(.tlsFailed("\(plan.host) cannot be asked for by name"))
        }
        tls = session
        begin(.handshake)
        shakeHands()
    }
}
