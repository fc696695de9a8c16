import Hashing
import Messages

/// Somebody who is credited for shares of one connection.
final class StratumWorker {
    /// UTF-8, as `mining.authorize` spelt it, which is how every share names it.
    let name: [UInt8]
    let client: Client
    /// Where it stands in which batch.
    var place: (batch: UInt64, index: UInt32) = (0, 0)

    /// - Parameters:
    ///   - name: As spelt.
    ///   - address: The account, in its network's canonical text.
    ///   - worker: The rig.
    init(name: String, address: String, worker: String) {
        self.name = Array(name.utf8)
        client = Client(address: address, worker: worker, clientID: Self.clientID(address, worker))
    }

    /// The same for each connection of the worker, so that a rig that comes back is no new client to the ledger.
    private static func clientID(_ address: String, _ worker: String) -> [UInt8] {
        let text = "stratum \(address) \(worker)"
        return Array(Hash256.sha256(of: Array(text.utf8)).bytes.prefix(16))
    }
}
