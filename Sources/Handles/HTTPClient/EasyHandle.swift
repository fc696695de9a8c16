internal import CCurl

/// Owner of one curl "easy": the settings and the state of one transfer.
@safe struct EasyHandle: ~Copyable {
    let raw: UnsafeMutableRawPointer
    private var headers: UnsafeMutablePointer<curl_slist>?

    init() {
        guard let raw = unsafe curl_easy_init() else { preconditionFailure("no memory for curl") }
        unsafe self.raw = raw
        unsafe self.headers = nil
    }

    deinit {
        unsafe curl_easy_cleanup(raw)
        unsafe curl_slist_free_all(headers)
    }

    func set(_ option: CURLoption, _ value: Int) {
        unsafe lode_curl_set_number(raw, option, value)
    }

    func set(_ option: CURLoption, size: Int) {
        unsafe lode_curl_set_size(raw, option, curl_off_t(size))
    }

    func set(_ option: CURLoption, _ value: String) {
        unsafe lode_curl_set_text(raw, option, value)
    }

    /// Copies `body`.
    func set(body: [UInt8]) {
        set(CURLOPT_POST, 1)
        set(CURLOPT_POSTFIELDSIZE_LARGE, size: body.count)
        unsafe body.withUnsafeBytes { bytes in
            // A null pointer would mean that a callback gives the body.
            unsafe withUnsafeBytes(of: UInt8(0)) { empty in
                unsafe _ = lode_curl_set_body(raw, bytes.baseAddress ?? empty.baseAddress)
            }
        }
    }

    mutating func add(header line: String) {
        guard let grown = unsafe curl_slist_append(headers, line) else { preconditionFailure("no memory for curl") }
        unsafe headers = unsafe grown
        unsafe lode_curl_set_pointer(raw, CURLOPT_HTTPHEADER, headers)
    }

    /// Both callbacks get `context`, which must outlive the transfer.
    @unsafe func receive(
        header: @escaping curl_write_callback,
        body: @escaping curl_write_callback,
        context: UnsafeMutableRawPointer
    ) {
        unsafe lode_curl_set_receiver(raw, CURLOPT_HEADERFUNCTION, header)
        unsafe lode_curl_set_receiver(raw, CURLOPT_WRITEFUNCTION, body)
        unsafe lode_curl_set_pointer(raw, CURLOPT_HEADERDATA, context)
        unsafe lode_curl_set_pointer(raw, CURLOPT_WRITEDATA, context)
    }

    var status: Int {
        var value = 0
        unsafe lode_curl_get_number(raw, CURLINFO_RESPONSE_CODE, &value)
        return value
    }

    /// Whether there was a connection that the request could go out on.
    var wasConnected: Bool {
        var microseconds: curl_off_t = 0
        unsafe lode_curl_get_time(raw, CURLINFO_PRETRANSFER_TIME_T, &microseconds)
        return microseconds > 0
    }
}
