import Cryptography
import MiningDomain

/// What a client is called by: 16 random bytes and its worker's name, signed together with its address.
///
/// Nothing about it is kept: whoever has the pool's secret can check it, after a restart and at every gateway.
struct ClientToken: Hashable, Sendable {
    static let clientIDByteCount = 16
    /// No token is longer, in characters.
    static let characterCountMax = 160
    private static let version: UInt8 = 1

    let clientID: [UInt8]
    let worker: WorkerName

    /// Base64url (RFC 4648, section 5) without padding of version, client id, worker and code.
    func text(for address: String, key: AuthenticationKey) -> String {
        let code = key.code(for: Self.signed(clientID, worker, address))
        let bytes = [Self.version] + clientID + Array(worker.description.utf8) + code
        return Base64URL.text(bytes)
    }

    /// - Returns: `nil` unless this pool gave `text` to `address`.
    init?(_ text: String, address: String, key: AuthenticationKey) {
        guard text.utf8.count <= Self.characterCountMax, let bytes = Base64URL.bytes(text),
            bytes.count > 1 + Self.clientIDByteCount + AuthenticationKey.codeByteCount, bytes[0] == Self.version
        else { return nil }
        let clientID = Array(bytes[1...Self.clientIDByteCount])
        let name = bytes[(1 + Self.clientIDByteCount)..<(bytes.count - AuthenticationKey.codeByteCount)]
        guard let text = String(validating: name, as: UTF8.self), let worker = WorkerName(text),
            key.isValid(bytes.suffix(AuthenticationKey.codeByteCount), for: Self.signed(clientID, worker, address))
        else { return nil }
        self.init(clientID: clientID, worker: worker)
    }

    init(clientID: [UInt8], worker: WorkerName) {
        precondition(clientID.count == Self.clientIDByteCount)
        self.clientID = clientID
        self.worker = worker
    }

    /// The worker's length keeps its end and the address's beginning apart.
    private static func signed(_ clientID: [UInt8], _ worker: WorkerName, _ address: String) -> [UInt8] {
        let name = Array(worker.description.utf8)
        return [version] + clientID + [UInt8(name.count)] + name + Array(address.utf8)
    }
}
