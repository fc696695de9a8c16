internal import HTTPServer
internal import JSON

extension OutgoingResponse {
    init(status: Int = 200, json: JSON) {
        self.init(
            status: status,
            headers: [("Content-Type", "application/json"), ("Cache-Control", "no-store")],
            body: .bytes(json.encoded())
        )
    }
}
