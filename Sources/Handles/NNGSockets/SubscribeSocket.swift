internal import CNNG

/// Receives what is published while it is connected.
package final class SubscribeSocket: Sendable {
    private let socket: Socket
    private let operation: Operation

    /// Only messages that begin with `prefix` are received.
    package init(prefix: [UInt8], limits: SocketLimits) throws(NNGError) {
        socket = unsafe try Socket(limits) { unsafe nng_sub0_open($0) }
        operation = try Operation()
        try NNGError.check(
            unsafe nng_socket_set_int(socket.raw, NNG_OPT_RECVBUF, Int32(clamping: limits.waitingCountMax))
        )
        try NNGError.check(unsafe nng_socket_set(socket.raw, NNG_OPT_SUB_SUBSCRIBE, prefix, prefix.count))
    }

    /// Keeps dialling `address`; nobody need listen there yet.
    package func dial(_ address: String) throws(NNGError) {
        try socket.dial(address)
    }

    package func close() async {
        await operation.end()
        await socket.close()
    }

    /// Waits for the next message; one caller at a time.
    ///
    /// - Throws: `.cancelled` when the task is cancelled, `.closed` when the socket goes away.
    package func next() async throws(NNGError) -> [UInt8] {
        try await operation.run(sending: nil, by: nil, .receiveFrom(socket.raw))
    }
}
