import Gateway
import HTTPClient
import Hashing
import JSON
import Ledger
import Messages
import MiningDomain
import Testing

/// `GET /api/blocks/{hash}/proof/{address}`.
@Suite struct ProofPageTests {
    private static let address = "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3"
    private static let block = Hash256.sha256(of: [1])

    private static func tree() throws -> CreditTree {
        let account = try #require(AccountName(address))
        let entry = BlockCredits.Entry(account: account, work: Work(hashes: 1 << 100), amount: Amount(units: 990))
        let credits = BlockCredits(fee: Amount(units: 10), entries: [entry])
        return try CreditTree(block: block, leaves: credits.leaves(seed: [UInt8](repeating: 7, count: 32)))
    }

    private static func message(_ account: String) throws -> BlockProof {
        let proof = try #require(try tree().proof(of: AccountName(account)))
        let fee = try #require(try tree().proof(of: nil))
        return BlockProof(
            height: 500,
            address: account,
            leafWork: proof.leaf.work.bytes,
            leafAmount: proof.leaf.amount.units,
            leafSalt: proof.leaf.salt,
            leafHash: proof.leafHash.bytes,
            leafIndex: UInt64(proof.index),
            leafCount: UInt64(proof.leafCount),
            path: steps(proof),
            work: proof.work.bytes,
            reward: proof.reward.units,
            root: proof.root.bytes,
            feeAmount: fee.leaf.amount.units,
            feeSalt: fee.leaf.salt,
            feeHash: fee.leafHash.bytes,
            feePath: steps(fee)
        )
    }

    private static func steps(_ proof: CreditProof) -> [ProofStep] {
        proof.path.map {
            ProofStep(
                isLeft: $0.side == .left,
                hash: $0.sum.hash.bytes,
                work: $0.sum.work.bytes,
                amount: $0.sum.amount.units
            )
        }
    }

    @Test func aProofIsShownAsThePageSaysAndHolds() async throws {
        try await GatewayFixture.run { gateway in
            for (name, asked) in [(Self.address, Self.address), (Self.address.uppercased(), Self.address), ("fee", "")]
            {
                let message = try Self.message(asked)
                gateway.pool.update { $0.proof = message }
                let page = try await gateway.json("GET", "/api/blocks/\(Self.block)/proof/\(name)")
                let document = try ProofDocument(page)
                try document.check(
                    against: .init(block: Self.block, account: AccountName(asked), root: try Self.tree().root)
                )
                #expect(document.height == 500)
                #expect(document.scheme == nil)
                #expect(page["leaf"]?["kind"] == (asked.isEmpty ? "fee" : "account"))
                #expect(
                    gateway.pool.read { $0.proofRequests.last }
                        == GetProofRequest(block: Self.block.bytes, address: asked)
                )
            }
        }
    }

    @Test func everyRefusalIsNamed() async throws {
        try await GatewayFixture.run { gateway in
            try await gateway.settleJob()
            let known = "/api/blocks/\(Self.block)/proof/\(Self.address)"
            let refused: [(path: String, status: Int, code: String)] = [
                (known, 404, "unknown_proof"),
                ("/api/blocks/12/proof/\(Self.address)", 400, "invalid_field"),
                ("/api/blocks/\(Self.block)/proof/nobody", 400, "invalid_field"),
                ("/api/blocks/\(Self.block)/proof/", 404, "unknown_path"),
                ("/api/blocks/\(Self.block)/proof/fee/more", 404, "unknown_path"),
                ("/api/blocks//proof/fee", 404, "unknown_path"),
            ]
            for (path, status, code) in refused {
                #expect(try await gateway.json("GET", path, status: status)["error"]?["code"]?.string == code)
            }
            #expect(try await gateway.json("POST", known, status: 405)["error"]?["code"] == "wrong_method")
            gateway.pool.update { $0.proof = BlockProof(address: Self.address) }
            #expect(try await gateway.json("GET", known, status: 500)["error"]?["code"] == "internal")
            gateway.pool.update { $0.ledgerError = .unavailable("away") }
            #expect(try await gateway.json("GET", known, status: 503)["error"]?["code"] == "unavailable")
        }
    }

    @Test func manyQuestionsFromOneAddressAreTooMany() async throws {
        var settings = GatewayFixture.settings()
        settings.requestsPerSecondPerAddress = 1
        try await GatewayFixture.run(settings: settings) { gateway in
            var statuses: [Int] = []
            for _ in 0..<8 {
                statuses.append(try await gateway.send("GET", "/api/blocks/\(Self.block)/proof/fee").status)
            }
            #expect(statuses.contains(429))
        }
    }
}
