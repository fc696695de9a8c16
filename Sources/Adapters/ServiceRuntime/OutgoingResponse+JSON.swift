package import HTTPServer
package import JSON

extension OutgoingResponse {
    package init(status: Int = 200, json: JSON) {
        self.init(status: status, encodedJSON: json.encoded())
    }

    /// For what is encoded once and sent often.
    package init(status: Int = 200, encodedJSON: [UInt8]) {
        self.init(
            status: status,
            headers: [("Content-Type", "application/json"), ("Cache-Control", "no-store")],
            body: .bytes(encodedJSON)
        )
    }
}
