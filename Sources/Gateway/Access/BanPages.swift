package import HTTPServer
import JSON
package import Messages
package import ServiceRuntime
import System

/// What an operator sees of the bans, and does about them: `/bans` on the admin address.
///
/// `GET /bans` lists them; `PUT /bans/ADDRESS?seconds=N&reason=TEXT` makes one, and `DELETE /bans/ADDRESS` lifts it. Who does so
/// says it in the header `Lode-Operator`, and the ledger's audit log keeps it.
package struct BanPages: AdminPages {
    /// Of a ban without a number of seconds.
    private static let timeStandard: UInt64 = 3_600
    /// A month.
    private static let timeMax: UInt64 = 2_592_000
    /// Bytes of a reason, which whoever is banned is told.
    static let reasonByteCountMax = 500

    private let bans: BanList
    private let ledger: LedgerClient
    private let log: Log

    /// `ledger` is waited for before the answer, never before the ban: its calls should not take long.
    package init(_ bans: BanList, ledger: LedgerClient, log: Log) {
        self.bans = bans
        self.ledger = ledger
        self.log = log
    }

    package let name = "/bans"

    package func answer(_ request: IncomingRequest) async -> OutgoingResponse? {
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
        guard request.method == "PUT" || request.method == "DELETE" else {
            return refusal(405, "PUT bans the address, DELETE lifts the ban")
        }
        let name: OperatorName
        do throws(OperatorName.Refusal) {
            name = try OperatorName(of: request)
        } catch {
            return refusal(400, "\(error)")
        }
        var entry = BanEntry(operatorName: name.description, address: address.network.description)
        return request.method == "PUT" ? await make(address, request, &entry) : await lift(address, &entry)
    }

    private func lift(_ address: RemoteAddress, _ entry: inout BanEntry) async -> OutgoingResponse {
        guard bans.lift(address) else {
            entry.refusal = "\(address.network) is not banned"
            _ = await record(entry)
            return refusal(404, entry.refusal)
        }
        return done("lifted", address, isRecorded: await record(entry))
    }

    private func make(
        _ address: RemoteAddress,
        _ request: IncomingRequest,
        _ entry: inout BanEntry
    ) async -> OutgoingResponse {
        let seconds = request.query["seconds"].map { UInt64($0) } ?? Self.timeStandard
        guard let seconds, (1...Self.timeMax).contains(seconds) else {
            return refusal(400, "seconds must be a whole number from 1 to \(Self.timeMax)")
        }
        let reason = request.query["reason"] ?? "by the operator"
        guard reason.utf8.count <= Self.reasonByteCountMax, !reason.utf8.contains(0) else {
            return refusal(400, "reason must be a text of at most \(Self.reasonByteCountMax) bytes")
        }
        (entry.seconds, entry.reason) = (seconds, reason)
        bans.ban(address, for: .seconds(Int64(seconds)), because: reason)
        return done("banned", address, isRecorded: await record(entry))
    }

    private func done(_ what: String, _ address: RemoteAddress, isRecorded: Bool) -> OutgoingResponse {
        var answer = JSONObject()
        answer[what] = JSON(address.network.description)
        answer["recorded"] = JSON(isRecorded)
        return OutgoingResponse(json: .object(answer))
    }

    /// In an attack the ledger may be away: a ban holds all the same, and stands in the gateway's own log.
    private func record(_ entry: BanEntry) async -> Bool {
        do throws(RPCError) {
            _ = try await ledger.recordBan(entry)
            return true
        } catch {
            log.error(
                "the audit log could not be written",
                [
                    "operator": entry.operatorName, "address": entry.address, "seconds": entry.seconds,
                    "reason": entry.reason, "refusal": entry.refusal, "error": "\(error)",
                ]
            )
            return false
        }
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
