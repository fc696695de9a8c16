package import Messages
internal import NNGSockets

/// Hears one topic of the publishers that are connected: a hint that something changed, never the only news of it.
package final class Subscriber<Body: WireMessage>: Sendable {
    private let socket: SubscribeSocket
    private let prefixByteCount: Int

    /// Keeps dialling `addresses`, the replicas of one service, from now on.
    package init(
        dialing addresses: [MessagingAddress],
        topic: String,
        limits: RPCLimits = .standard
    ) throws(MessagingError) {
        precondition(!addresses.isEmpty)
        let prefix = TopicFrame.prefix(topic)
        let socket = try MessagingError.opening { () throws(NNGError) in
            try SubscribeSocket(prefix: prefix, limits: limits.socket)
        }
        for address in addresses {
            try MessagingError.at(address) { text throws(NNGError) in try socket.dial(text) }
        }
        self.socket = socket
        prefixByteCount = prefix.count
    }

    /// Waits for the next message; one caller at a time.
    ///
    /// A message that cannot be read is passed over: it is only a hint.
    ///
    /// - Throws: `.cancelled` when the task is cancelled, `.closed` after `close()`.
    package func next() async throws(MessagingError) -> Body {
        while true {
            let bytes: [UInt8]
            do throws(NNGError) {
                bytes = try await socket.next()
            } catch {
                switch error {
                case .cancelled: throw .cancelled
                case .closed: throw .closed
                case .timedOut, .noPeer, .addressInUse, .addressInvalid, .transportMissing, .messageTooLarge,
                    .tooManyCalls, .other:
                    throw .socket(error)
                }
            }
            if let body = try? Body(decoding: Array(bytes.dropFirst(prefixByteCount))) { return body }
        }
    }

    package func close() async {
        await socket.close()
    }
}
