/// One call to a web server.
package struct HTTPRequest: Sendable {
    package var method: String
    /// Begins with `http://` or `https://`.
    package var url: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// From the start to the last byte of the answer; of a stream, the longest silence.
    package var timeout: Duration
    /// Of the answer's body; past it the call fails.
    package var responseByteCountMax: Int
    package var credentials: HTTPCredentials?

    package init(
        method: String = "GET",
        url: String,
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        timeout: Duration = .seconds(10),
        responseByteCountMax: Int = 1 << 20,
        credentials: HTTPCredentials? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.responseByteCountMax = responseByteCountMax
        self.credentials = credentials
    }
}

/// Who asks, by HTTP's basic scheme.
///
/// Prints as `•••`.
package struct HTTPCredentials: Sendable, CustomStringConvertible, CustomReflectable {
    let user: String
    let password: String

    package init(user: String, password: String) {
        self.user = user
        self.password = password
    }

    package var description: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
