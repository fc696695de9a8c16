import BlockFormat
import Hashing
import MiningDomain
import Testing

@Suite struct BlockTemplateTests {
    private static func template(
        height: UInt32 = 100,
        bits: UInt32 = 0x207f_ffff,
        value: UInt64 = 5_000_000_000,
        transactions: [BlockTemplate.Transaction] = [],
        commitment: [UInt8]? = nil,
        extensionBlock: [UInt8]? = nil,
        rules: [String] = [],
        on network: Network = .litecoinRegtest
    ) throws(BlockTemplateError) -> BlockTemplate {
        try BlockTemplate(
            version: 0x2000_0000,
            previousHash: .zero,
            height: height,
            bits: bits,
            currentTime: 2,
            minimumTime: 1,
            coinbaseValue: Amount(units: value),
            transactions: transactions,
            defaultWitnessCommitment: commitment,
            extensionBlock: extensionBlock,
            rules: rules,
            on: network
        )
    }

    @Test func aRealOneIsTaken() throws {
        let template = try Vectors.template("litecoin-regtest-template-mweb.json", on: .litecoinRegtest)
        #expect(template.height == 434 && template.segwit)
        #expect(template.tail.first == 1 && template.tail.count > 1)
        #expect(template.transactionBytes.count == template.transactions.reduce(0) { $0 + $1.bytes.count })
        #expect(template.target == Target(bits: 0x207f_ffff))
    }

    @Test func whatNoChainAllowsIsRefused() {
        #expect(throws: BlockTemplateError.badBits(0)) { try Self.template(bits: 0) }
        #expect(throws: BlockTemplateError.badHeight) { try Self.template(height: 0) }
        #expect(throws: BlockTemplateError.rewardTooLarge) { try Self.template(value: 84_000_000 * 100_000_000 + 1) }
        #expect(throws: BlockTemplateError.badWitnessCommitment) { try Self.template(commitment: []) }
        #expect(throws: BlockTemplateError.badWitnessCommitment) {
            try Self.template(commitment: [UInt8](repeating: 1, count: 38))
        }
    }

    @Test func rulesThatMustBeUnderstoodAre() throws {
        _ = try Self.template(rules: ["csv", "!segwit", "taproot", "mweb", "!mweb"])
        #expect(throws: BlockTemplateError.unknownRule("mweb")) {
            try Self.template(rules: ["!segwit", "!mweb"], on: .bitcoinRegtest)
        }
        #expect(throws: BlockTemplateError.unknownRule("future")) { try Self.template(rules: ["!future"]) }
    }

    @Test func sizesAreBounded() throws {
        let one = BlockTemplate.Transaction(bytes: [1], identifier: .zero)
        let many = [BlockTemplate.Transaction](repeating: one, count: BlockTemplate.transactionCountMax)
        _ = try Self.template(transactions: many)
        #expect(throws: BlockTemplateError.tooLarge) { try Self.template(transactions: many + [one]) }
        let most = [UInt8](repeating: 0, count: BlockTemplate.byteCountMax)
        _ = try Self.template(extensionBlock: most)
        #expect(throws: BlockTemplateError.tooLarge) {
            try Self.template(transactions: [one], extensionBlock: most)
        }
    }
}
