import Glibc
import System

/// How connections come, and go.
extension LoopMachine {
    func accepted(_ descriptor: Int32, from address: RemoteAddress, at door: Door) {
        guard counts.enter() else {
            counts.leave()
            Glibc.close(descriptor)
            return refused(address, .tooManyConnections)
        }
        var yes: Int32 = 1
        unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        let isProxied = door.trustedProxies.contains(address)
        let phase: Connection.Phase = isProxied ? .proxyHeader : door.tls == nil ? .open : .handshake
        guard let connection = makeConnection(descriptor, address, at: door, phase) else { return counts.leave() }
        add(connection)
        connection.start()
    }

    func add(_ connection: Connection) {
        roster.add(connection)
    }

    /// Its descriptor is closed.
    func remove(_ connection: Connection) {
        roster.remove(connection)
        counts.leave()
        if connection.isCounted { counts.leave(connection.address) }
    }

    func forget(_ acceptor: Acceptor) {
        acceptors.removeAll { $0 === acceptor }
    }

    func remember(_ connection: Connection) {
        guard !connection.isUnfinished else { return }
        connection.isUnfinished = true
        unfinished.append(connection)
    }

    func deliver(_ line: UnsafeRawBufferPointer, from connection: Connection) {
        deliveredLineCount += 1
        unsafe hand(line, from: connection)
    }

    /// - Returns: Whether the program knew it.
    func closed(_ connection: Connection, _ closure: LinkClosure) -> Bool {
        let wasKnown = told(connection, closure)
        if !wasKnown, closure != .local { refused(connection.address, closure) }
        return wasKnown
    }

    /// Looks at what waits on a socket, and takes as much of it as `body` says.
    func peek(_ descriptor: Int32, byteCountMax: Int, _ body: ([UInt8]) -> Int) -> Transfer {
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<byteCountMax])
        let count = unsafe recv(descriptor, room.baseAddress, room.count, Int32(MSG_PEEK))
        guard count > 0 else { return count == 0 ? .ended : errno == EAGAIN ? .wantsReading : .failed(.peer) }
        let wanted = body(unsafe Array(room[..<count]))
        return unsafe Transfer.read(descriptor, into: UnsafeMutableRawBufferPointer(rebasing: room[..<wanted]))
    }

    var lookupDesk: LookupDesk? {
        if lookups == nil { lookups = LookupDesk(self) }
        return lookups
    }
}
