import BlockFormat
import Cryptography
import Hashing
import Testing

@Suite struct AddressTests {
    private static let generatorX = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
    private static let hash = "751e76e8199196d454941c45d1b3a323f1433bd6"

    /// Litecoin's as Litecoin Core 0.21.2.1 decodes these scripts on each of its networks; Bitcoin's from BIP 173 and BIP 350.
    @Test(arguments: [
        (Network.litecoin, "76a914\(hash)88ac", "LVuDpNCSSj6pQ7t9Pv6d6sUkLKoqDEVUnJ"),
        (.litecoin, "a914\(hash)87", "MJaRnao1s62a2zAKSkmG582KbLKianqb7v"),
        (.litecoin, "0014\(hash)", "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"),
        (.litecoin, "0020\(generatorX)", "ltc1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqt96tsk"),
        (.litecoin, "5120\(generatorX)", "ltc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqpj6zg2"),
        (.litecoinTestnet, "76a914\(hash)88ac", "mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r"),
        (.litecoinTestnet, "a914\(hash)87", "QXHFfTBKYXjaaTH1e7Rox8CcdNPGHVhM59"),
        (.litecoinTestnet, "0014\(hash)", "tltc1qw508d6qejxtdg4y5r3zarvary0c5xw7klfsuq0"),
        (.litecoinTestnet, "5120\(generatorX)", "tltc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq2a7uhl"),
        (.litecoinRegtest, "76a914\(hash)88ac", "mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r"),
        (.litecoinRegtest, "a914\(hash)87", "QXHFfTBKYXjaaTH1e7Rox8CcdNPGHVhM59"),
        (.litecoinRegtest, "0014\(hash)", "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3"),
        (.litecoinRegtest, "0020\(generatorX)", "rltc1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq6nzd2t"),
        (.litecoinRegtest, "5120\(generatorX)", "rltc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqsyzyjh"),
        (.bitcoin, "76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
        (.bitcoin, "a914748284390f9e263a4b766a75d0633c50426eb87587", "3CK4fEwbMP7heJarmU4eqA3sMbVJyEnU3V"),
        (.bitcoin, "0014\(hash)", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
        (
            .bitcoinTestnet, "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
            "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7"
        ),
        (.bitcoin, "5120\(generatorX)", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
        (
            .bitcoinTestnet, "0020000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433",
            "tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy"
        ),
    ])
    func scriptsAndTextsBelongTogether(network: Network, script: String, text: String) throws {
        let address = try Address(parsing: text, on: network)
        #expect(Hex.string(address.scriptPublicKey) == script)
        #expect(address.text == text)
        #expect(address.network == network)
    }

    @Test(arguments: [
        (Network.litecoin, "3CK4fEwbMP7heJarmU4eqA3sMbVJyEnU3V", "MJXCy8MZJVy8SorksM3zeoJGgJ5m2itsWw"),
        (.litecoin, "LTC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KGMN4N9", "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"),
        (.bitcoin, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    ])
    func twoTextsOfOneAddressAreOneAccount(network: Network, text: String, canonical: String) throws {
        let address = try Address(parsing: text, on: network)
        #expect(address.text == canonical)
        #expect(try address == Address(parsing: canonical, on: network))
    }

    @Test(arguments: [
        (Network.litecoin, "", AddressError.malformed),
        (.litecoin, "hello", .malformed),
        (.litecoin, "LVuDpNCSSj6pQ7t9Pv6d6sUkLKoqDEVUn0", .malformed),  // no 0 in base58
        (.litecoin, "LVuDpNCSSj6pQ7t9Pv6d6sUkLKoqDEVUnK", .badChecksum),
        (.litecoin, "LVuDpNCSSj6pQ7t9Pv6d6sUkLKoqDEVUn", .badChecksum),
        (.litecoin, " LVuDpNCSSj6pQ7t9Pv6d6sUkLKoqDEVUnJ", .malformed),
        (.litecoin, "LVuDpNCSSj6pQ7t9Pv6d6sUkLKoqDEVUnJ\0", .malformed),
        (.litecoin, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", .otherNetwork(["bitcoin"])),
        (
            .litecoin, "mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r",
            .otherNetwork(["litecoin-testnet", "litecoin-regtest", "bitcoin-testnet", "bitcoin-regtest"])
        ),
        (.bitcoin, "MJaRnao1s62a2zAKSkmG582KbLKianqb7v", .otherNetwork(["litecoin"])),
        (.litecoin, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", .otherNetwork(["bitcoin"])),
        (.litecoin, "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3", .otherNetwork(["litecoin-regtest"])),
        (.litecoinRegtest, "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", .otherNetwork(["litecoin"])),
        (.litecoin, "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n8", .badChecksum),
        (.litecoin, "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4N9", .mixedCase),
        (.litecoin, "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4nb", .malformed),  // no b in bech32
        (.bitcoin, "bc1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", .badChecksum),
        (.bitcoin, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", .wrongVariant),  // BIP 350
        (.bitcoin, "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4", .malformed),
        (.bitcoin, "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R", .unknownWitnessVersion(17)),
        (.bitcoin, "bc1pw5dgrnzv", .wrongLength),
        (.bitcoin, "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", .unknownWitnessVersion(2)),
        (.bitcoin, "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", .wrongLength),
        (.bitcoin, "tc1qw508d6qejxtdg4y5r3zarvary0c5xw7kg3g4ty", .unknownName("tc")),
        (.bitcoin, "bc1gmk9yu", .wrongLength),
        (.litecoin, String(repeating: "L", count: 10_000), .malformed),
        (.litecoin, String(repeating: "1", count: 64), .badChecksum),
        (
            .litecoinRegtest,
            "tmweb1qqdc7mye6hynl6al3prlg20vg8dwthj3pv7tuwttn099u8zuwgjtqxqm7ul9jg8r0ql3wktq3zsucnykdzjqmy0y88k88azglm6uze60d9qmfztk4",
            .extensionBlock
        ),
    ])
    func refusalsSayWhatIsWrong(network: Network, text: String, reason: AddressError) {
        #expect(throws: reason) { try Address(parsing: text, on: network) }
        #expect(Address(text, on: network) == nil)
        #expect(!reason.description.isEmpty)
    }

    @Test func aPublicKeyHasAnAddressOnEveryNetwork() throws {
        let bytes = try #require(Hex.bytes("02" + Self.generatorX))
        let key = try #require(PublicKey(compressed: bytes))
        let texts = Network.all.map { Address.payToWitnessPublicKeyHash(key, on: $0).text }
        #expect(texts.contains("ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"))
        #expect(texts.contains("rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3"))
        #expect(texts.contains("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"))
        #expect(Set(texts).count == Network.all.count)
    }

    /// One wrong character is always found, wherever it stands.
    @Test(arguments: ["LVuDpNCSSj6pQ7t9Pv6d6sUkLKoqDEVUnJ", "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"])
    func noSingleTypingErrorPasses(text: String) {
        let characters = Array(text)
        for index in characters.indices {
            for other in "023456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz" where other != characters[index] {
                var wrong = characters
                wrong[index] = other
                #expect(Address(String(wrong), on: .litecoin) == nil)
            }
        }
    }
}
