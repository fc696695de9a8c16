/// What one socket holds at most.
package struct SocketLimits: Sendable {
    /// Bytes of one message, in either direction.
    package var messageByteCountMax: Int
    /// Messages that wait in a subscriber for their reader; the oldest is dropped for a newer one.
    package var waitingCountMax: Int
    /// Calls under way at once on a request socket.
    package var callCountMax: Int

    package init(messageByteCountMax: Int = 1 << 20, waitingCountMax: Int = 128, callCountMax: Int = 4_096) {
        self.messageByteCountMax = messageByteCountMax
        self.waitingCountMax = waitingCountMax
        self.callCountMax = callCountMax
    }

    func check(_ byteCount: Int) throws(NNGError) {
        guard byteCount <= messageByteCountMax else {
            throw .messageTooLarge(byteCount: byteCount, byteCountMax: messageByteCountMax)
        }
    }
}
