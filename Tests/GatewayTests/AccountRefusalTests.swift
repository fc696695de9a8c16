import HTTPClient
import JSON
import System
import TestSupport
import Testing

@testable import Gateway

/// The operator's lists, as miners meet them.
@Suite(.timeLimit(.minutes(1))) struct AccountRefusalTests {
    @Test func whoIsDeniedIsToldSoAtEveryCall() async throws {
        let folder = try ScratchFolder("denied")
        var settings = GatewayFixture.settings()
        settings.denyFile = folder.path + "/deny"
        try DurableFile.replace(settings.denyFile, with: [])
        try await GatewayFixture.run(settings: settings) { pool in
            let member = try await pool.join()
            let account = try #require(try await pool.json("POST", "/mystatus", member)["address"]?.string)
            try DurableFile.replace(settings.denyFile, with: Array("\(account)\n".utf8))
            try await Patience.wait(for: "the list to be read") {
                try await pool.send("POST", "/mystatus", Self.text(member)).status == 403
            }
            for path in ["/newclient", "/getbin", "/reduce_diff_hash", "/mystatus"] {
                let answer = try await pool.json("POST", path, member, status: 403)
                #expect(answer["error"]?["code"]?.string == "account_denied")
            }
            let id = try #require(member["id"]?.string)
            let events = try await pool.send("GET", "/events?id=\(id)&public_key=\(GatewayFixture.key)")
            #expect(events.status == 403)
            // Others are served as before.
            let other: JSON = ["public_key": JSON(GatewayFixture.otherKey)]
            _ = try await pool.json("POST", "/newclient", other, status: 201)
            try DurableFile.replace(settings.denyFile, with: [])
            try await Patience.wait(for: "the list to be read") {
                try await pool.send("POST", "/mystatus", Self.text(member)).status == 200
            }
        }
    }

    private static func text(_ json: JSON) -> String { String(decoding: json.encoded(), as: UTF8.self) }
}
