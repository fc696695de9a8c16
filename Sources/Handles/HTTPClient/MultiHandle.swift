internal import CCurl

/// Owner of a curl "multi": the kept connections, and the one place where a thread waits for them.
@safe final class MultiHandle: Sendable {
    // Only `wake` is called from other threads, and curl allows exactly that.
    private nonisolated(unsafe) let raw: UnsafeMutableRawPointer

    private static let isCurlReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init() {
        precondition(Self.isCurlReady, "libcurl does not start")
        guard let raw = unsafe curl_multi_init() else { preconditionFailure("no memory for curl") }
        unsafe self.raw = raw
        unsafe lode_curl_multi_set_number(raw, CURLMOPT_MAXCONNECTS, 2)
    }

    deinit {
        unsafe curl_multi_cleanup(raw)
    }

    func wake() {
        unsafe curl_multi_wakeup(raw)
    }

    /// Until a connection has something to do, `wake` is called, or the time is over.
    func wait(milliseconds: Int32) {
        unsafe curl_multi_poll(raw, nil, 0, milliseconds, nil)
    }

    /// The same, and until `socket` has something to do for us.
    func wait(for socket: curl_socket_t, reading: Bool, writing: Bool, milliseconds: Int32) {
        let events = (reading ? CURL_WAIT_POLLIN : 0) | (writing ? CURL_WAIT_POLLOUT : 0)
        var entry = curl_waitfd(fd: socket, events: Int16(events), revents: 0)
        unsafe curl_multi_poll(raw, &entry, events == 0 ? 0 : 1, milliseconds, nil)
    }

    func add(_ easy: borrowing EasyHandle) {
        unsafe curl_multi_add_handle(raw, easy.raw)
    }

    func remove(_ easy: borrowing EasyHandle) {
        unsafe curl_multi_remove_handle(raw, easy.raw)
    }

    /// Does what can be done without waiting.
    ///
    /// - Returns: The outcome of the one transfer that was added, once it has one.
    func advance() -> CURLcode? {
        var runningCount: Int32 = 0
        unsafe curl_multi_perform(raw, &runningCount)
        var outcome = CURLE_OK
        return unsafe lode_curl_next_outcome(raw, &outcome) == 1 ? outcome : nil
    }
}
