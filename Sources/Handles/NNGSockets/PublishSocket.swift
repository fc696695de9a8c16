internal import CNNG

/// Sends every message to whoever is subscribed at that moment.
package final class PublishSocket: Sendable {
    private let socket: Socket

    package init(limits: SocketLimits) throws(NNGError) {
        socket = unsafe try Socket(limits) { unsafe nng_pub0_open($0) }
        try NNGError.check(
            unsafe nng_socket_set_int(socket.raw, NNG_OPT_SENDBUF, Int32(clamping: limits.waitingCountMax))
        )
    }

    /// Listens at `address`, and gives the TCP port, which nng chose when the address gave port 0.
    package func listen(_ address: String) throws(NNGError) -> UInt16? {
        try socket.listen(address)
    }

    package func close() async {
        await socket.close()
    }

    /// Returns at once; a subscriber that is too slow loses messages.
    package func send(_ bytes: [UInt8]) throws(NNGError) {
        try socket.limits.check(bytes.count)
        let pointer = unsafe try Message(copying: bytes).release()
        let status = unsafe nng_sendmsg(socket.raw, pointer, Int32(NNG_FLAG_NONBLOCK))
        guard status != 0 else { return }
        _ = unsafe Message(adopting: pointer)  // nng keeps nothing when it fails: free it here
        throw NNGError(code: status)
    }
}
