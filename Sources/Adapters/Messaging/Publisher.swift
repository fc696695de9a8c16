package import Messages
internal import NNGSockets

/// Tells whoever listens; a hint that any subscriber may miss.
package final class Publisher: Sendable {
    /// Where it listens, with the ports that the system chose.
    package let addresses: [MessagingAddress]
    private let socket: PublishSocket

    /// - Throws: `.addressInUse` when another program listens at one of `addresses`.
    package init(
        listening addresses: [MessagingAddress],
        limits: RPCLimits = .standard
    ) throws(MessagingError) {
        precondition(!addresses.isEmpty)
        let socket = try MessagingError.opening { () throws(NNGError) in try PublishSocket(limits: limits.socket) }
        var listening: [MessagingAddress] = []
        for address in addresses {
            let port = try MessagingError.at(address) { text throws(NNGError) in try socket.listen(text) }
            listening.append(address.with(port: port))
        }
        self.addresses = listening
        self.socket = socket
    }

    /// Returns at once.
    ///
    /// - Returns: `false` if nobody can get it: the message is too large, or the publisher was closed.
    @discardableResult
    package func publish(topic: String, _ message: some WireMessage) -> Bool {
        do throws(NNGError) {
            try socket.send(TopicFrame.prefix(topic) + message.encoded())
            return true
        } catch {
            return false
        }
    }

    /// Frees its addresses; nothing can be published after.
    package func close() async {
        await socket.close()
    }
}

/// What a published message begins with.
enum TopicFrame {
    /// The topic and a NUL, so that no topic is the beginning of another.
    static func prefix(_ topic: String) -> [UInt8] {
        precondition(!topic.utf8.contains(0))
        return Array(topic.utf8) + [0]
    }
}
