import Cryptography
import MiningDomain
import Testing

@testable import Gateway

@Suite struct IdentityTests {
    private static func key(_ byte: UInt8) throws -> AuthenticationKey {
        try #require(AuthenticationKey([UInt8](repeating: byte, count: 32)))
    }

    @Test(arguments: ["a", "rig1", String(repeating: "w", count: 64)])
    func aTokenIsKnownAgainByWhoeverHasTheSecret(worker: String) throws {
        let token = ClientToken(clientID: Array(0..<16), worker: try #require(WorkerName(worker)))
        let text = token.text(for: "address1", key: try Self.key(1))
        #expect(text.utf8.count <= ClientToken.characterCountMax)
        #expect(ClientToken(text, address: "address1", key: try Self.key(1)) == token)
        #expect(ClientToken(text, address: "address2", key: try Self.key(1)) == nil)
        #expect(ClientToken(text, address: "address1", key: try Self.key(2)) == nil)
    }

    @Test func noChangedTokenIsKnown() throws {
        let key = try Self.key(1)
        let token = ClientToken(clientID: Array(0..<16), worker: try #require(WorkerName("rig1")))
        let text = token.text(for: "address1", key: key)
        let bytes = try #require(Base64URL.bytes(text))
        for position in bytes.indices {
            for bit in 0..<8 {
                var forged = bytes
                forged[position] ^= 1 << UInt8(bit)
                #expect(ClientToken(Base64URL.text(forged), address: "address1", key: key) == nil)
            }
        }
        for count in 0..<bytes.count {
            #expect(ClientToken(Base64URL.text(Array(bytes.prefix(count))), address: "address1", key: key) == nil)
        }
        // A letter moved from the worker's name to the address.
        #expect(ClientToken(text, address: "1address1", key: key) == nil)
        for wrong in ["", " ", text + "=", text + "A", " " + text, text.replacing("A", with: "+"), "é"]
        where wrong != text {
            #expect(ClientToken(wrong, address: "address1", key: key) == nil)
        }
    }

    private static let texts: [([UInt8], String)] = [
        ([], ""), ([0], "AA"), ([0xff, 0xff], "__8"), ([0xfb, 0xef, 0xbe], "----"), (Array("hello".utf8), "aGVsbG8"),
    ]

    @Test(arguments: texts) func bytesHaveOneText(bytes: [UInt8], text: String) {
        #expect(Base64URL.text(bytes) == text)
        #expect(Base64URL.bytes(text) == bytes)
    }

    @Test(arguments: ["A", "AB", "AA=", "AA==", "A A", "++++", "____\n", "aGVsbG9", "é"]) func otherTextsHaveNone(
        text: String
    ) {
        #expect(Base64URL.bytes(text) == nil)
    }
}
