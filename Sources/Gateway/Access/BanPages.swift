package import HTTPServer
import JSON
import ServiceRuntime
import System

/// What an operator sees of the bans, and does about them: `/bans` on the admin address.
///
/// `GET /bans` lists them; `PUT /bans/ADDRESS?seconds=N&reason=TEXT` makes one, and `DELETE /bans/ADDRESS` lifts it.
package struct BanPages: AdminPages {
    /// Of a ban without a number of seconds.
    private static let timeStandard: UInt64 = 3_600
    /// A month.
    private static let timeMax: UInt64 = 2_592_000

    private let bans: BanList

    package init(_ bans: BanList) {
        self.bans = bans
    }

    package let name = "/bans"

    package func answer(_ request: IncomingRequest) -> OutgoingResponse? {
        if request.path == "/bans" {
            guard request.method == "GET" else {
                return refusal(405, "GET /bans lists, PUT and DELETE /bans/ADDRESS change")
            }
            return OutgoingResponse(json: .array(bans.all.map { JSON($0) }))
        }
        guard request.path.hasPrefix("/bans/") else { return nil }
        guard let address = RemoteAddress(String(request.path.dropFirst("/bans/".count))) else {
            return refusal(400, "after /bans/ must stand an IP address")
        }
        switch request.method {
        case "PUT": return make(address, request)
        case "DELETE":
            guard bans.lift(address) else { return refusal(404, "\(address.network) is not banned") }
            return OutgoingResponse(json: ["lifted": JSON(address.network.description)])
        case _: return refusal(405, "PUT bans the address, DELETE lifts the ban")
        }
    }

    private func make(_ address: RemoteAddress, _ request: IncomingRequest) -> OutgoingResponse {
        let seconds = request.query["seconds"].map { UInt64($0) } ?? Self.timeStandard
        guard let seconds, (1...Self.timeMax).contains(seconds) else {
            return refusal(400, "seconds must be a whole number from 1 to \(Self.timeMax)")
        }
        let reason = request.query["reason"] ?? "by the operator"
        bans.ban(address, for: .seconds(Int64(seconds)), because: reason)
        return OutgoingResponse(json: ["banned": JSON(address.network.description)])
    }

    private func refusal(_ status: Int, _ text: String) -> OutgoingResponse {
        OutgoingResponse(status: status, json: ["error": JSON(text)])
    }
}

extension JSON {
    fileprivate init(_ ban: BanList.Ban) {
        self = [
            "address": JSON(ban.address.description), "since": JSON(ban.sinceMs / 1_000),
            "until": JSON(ban.untilMs / 1_000), "reason": JSON(ban.reason),
        ]
    }
}
