/// A web server's answer, whatever its status.
package struct HTTPResponse: Sendable {
    package let status: Int
    /// By lower-case name; values of a repeated header are joined by a comma and a space.
    package let headers: [String: String]
    package let body: [UInt8]

    package init(status: Int, headers: [String: String], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
