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
