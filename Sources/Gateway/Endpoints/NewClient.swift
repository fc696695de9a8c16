import BlockFormat
import Cryptography
import HTTPServer
import JSON
import MiningDomain
import ServiceRuntime

/// `POST /newclient`: an id for a key.
struct NewClient: Sendable {
    private let desk: Desk

    init(_ desk: Desk) {
        self.desk = desk
    }

    @Sendable func answer(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        let fields = try request.fields()
        let address = try desk.membership.address(fields)
        try desk.admit(address.text)
        let worker = try desk.membership.worker(fields)
        let token = ClientToken(clientID: SecureRandom.bytes(ClientToken.clientIDByteCount), worker: worker)
        return OutgoingResponse(
            status: 201,
            json: [
                "id": JSON(token.text(for: address.text, key: desk.membership.key)),
                "address": JSON(address.text),
                "worker": JSON(worker.description),
            ]
        )
    }
}
