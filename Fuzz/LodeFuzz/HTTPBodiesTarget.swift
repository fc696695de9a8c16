import BlockFormat
import Cryptography
import System

@testable import Gateway
@testable import HTTPServer

extension FuzzTarget {
    /// What a stranger can put into a request's body or address, through everything that reads it.
    static let httpBodies = FuzzTarget(name: "http-bodies") { bytes in
        readTarget(String(decoding: bytes, as: UTF8.self))
        guard let key = AuthenticationKey([UInt8](repeating: 1, count: AuthenticationKey.byteCount)),
            let fields = try? RequestFields(parsing: bytes)
        else { return }
        for network in [Network.litecoinRegtest, .bitcoin] {
            let membership = Membership(network: network, key: key)
            if let address = try? membership.address(fields) {
                precondition(Address(address.text, on: network) == address, "an address does not survive its own text")
            }
            _ = try? membership.worker(fields)
            _ = try? membership.client(fields)
        }
        _ = try? GetBin.hashrate(fields)
        if let report = try? ReportFields(fields) { precondition(report.proofs.count <= ReportFields.hashCountMax) }
    }

    private static func readTarget(_ text: String) {
        guard let target = RequestTarget(text), let peer = RemoteAddress("127.0.0.1") else { return }
        let request = IncomingRequest(
            method: "GET",
            path: target.path,
            query: target.query,
            headers: ["x-forwarded-for": text],
            peer: peer
        )
        _ = ClientAddress.address(of: request, trustedProxies: [peer])
        _ = try? RequestFields(query: target.query).requiredUInt32("id")
    }
}
