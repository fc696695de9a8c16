import Synchronization

/// Loops that share listeners: the kernel spreads connections over them, and limits of connections are those of all of them together.
///
/// Whoever makes one stops it.
package final class LoopServer<Handler: LoopHandler>: Sendable {
    package let loops: [EventLoop<Handler>]
    /// Of each listener, in order.
    package let ports: [UInt16]
    private let sockets: Mutex<[ListeningSocket]>

    /// Listens when it returns.
    ///
    /// - Parameters:
    ///   - name: Of the threads, with the loop's number behind it; at most 15 bytes count.
    ///   - loopCount: One for each core that is to be used.
    ///   - listeners: Where connections come in.
    ///   - settings: Limits; those of lines, posts and lookups are each loop's.
    ///   - makeHandler: Called once for each loop with the loop's place, on the loop's thread.
    /// - Throws: `EventLoopError`; a port that another process listens on is `.addressInUse`.
    package init(
        name: String,
        loopCount: Int,
        listeners: [Listener],
        settings: LoopSettings = LoopSettings(),
        makeHandler: @escaping @Sendable (LoopContext<Handler.Session>, Int) -> Handler
    ) throws(EventLoopError) {
        var socketsOfListeners: [[ListeningSocket]] = []
        for listener in listeners {
            socketsOfListeners.append(try ListeningSocket.open(listener, count: loopCount))
        }
        let counts = ConnectionCounts(settings)
        var loops: [EventLoop<Handler>] = []
        for number in 0..<max(1, loopCount) {
            let doors = zip(listeners, socketsOfListeners).enumerated().map { place, listener in
                Door(
                    place: place,
                    tls: listener.0.tls,
                    trustedProxies: listener.0.trustedProxies,
                    socket: listener.1[number]
                )
            }
            do {
                loops.append(
                    try EventLoop("\(name)-\(number)", settings, doors: doors, counts) { makeHandler($0, number) }
                )
            } catch {
                for loop in loops { loop.close() }
                throw error
            }
        }
        self.loops = loops
        ports = socketsOfListeners.map { $0.first?.port ?? 0 }
        sockets = Mutex(socketsOfListeners.flatMap(\.self))
    }

    /// New connections are refused from now on; open ones go on.
    package func stopAccepting() {
        let sockets = sockets.withLock { sockets in
            defer { sockets = [] }
            return sockets
        }
        for socket in sockets { socket.refuse() }
    }

    /// Closes every link and returns when the threads have ended and the ports are free.
    package func stop() async {
        stopAccepting()
        for loop in loops { loop.close() }
        for loop in loops { await loop.stop() }
    }
}
