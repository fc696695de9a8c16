import BlockFormat
import Cryptography
import Hashing
import Messages
import MiningDomain

/// Says who a request comes from.
struct Membership: Sendable {
    let network: Network
    let key: AuthenticationKey

    /// The account that `public_key` or `address` names.
    func address(_ fields: RequestFields) throws(APIError) -> Address {
        let keyExpected = "the 33 bytes of a compressed secp256k1 public key in hex"
        let hex = try fields.text("public_key", keyExpected, byteCountMax: 2 * PublicKey.byteCount)
        let text = try fields.text("address", "an address of \(network.name)", byteCountMax: Address.byteCountMax)
        var found: Address?
        if let hex {
            guard let bytes = Hex.bytes(hex), let key = PublicKey(compressed: bytes) else {
                throw .invalid("public_key", keyExpected)
            }
            found = .payToWitnessPublicKeyHash(key, on: network)
        }
        if let text {
            let address = try parse(text)
            guard found == nil || found == address else {
                throw .invalid("address", "the address of public_key, or only one of the two")
            }
            found = address
        }
        guard let found else { throw .missing("public_key", "\(keyExpected), or the field address in its place") }
        return found
    }

    /// The client that `id` was given to.
    ///
    /// - Throws: 401 when `id` was not given to the request's `public_key` or `address`.
    func client(_ fields: RequestFields) throws(APIError) -> Client {
        let address = try address(fields)
        let id = try fields.requiredText(
            "id",
            "the id that POST /newclient gave",
            byteCountMax: ClientToken.characterCountMax
        )
        guard let token = ClientToken(id, address: address.text, key: key) else { throw .unknownID }
        return Client(address: address.text, worker: token.worker.description, clientID: token.clientID)
    }

    func worker(_ fields: RequestFields) throws(APIError) -> WorkerName {
        let expected = "1 to \(WorkerName.byteCountMax) letters, digits and ._-"
        let text = try fields.text("worker", expected, byteCountMax: WorkerName.byteCountMax) ?? "default"
        guard let worker = WorkerName(text) else { throw .invalid("worker", expected) }
        return worker
    }

    private func parse(_ text: String) throws(APIError) -> Address {
        do throws(AddressError) {
            return try Address(parsing: text, on: network)
        } catch {
            throw .invalid("address", "an address of \(network.name), because \(error)")
        }
    }
}
