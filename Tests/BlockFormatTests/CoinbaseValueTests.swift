import BlockFormat
import MiningDomain
import Testing

@Suite struct CoinbaseValueTests {
    private static func coinbase(value: UInt64, commitment: [UInt8]? = nil) throws -> [UInt8] {
        try CoinbaseRecipe(
            height: 840_000,
            value: Amount(units: value),
            rewardScript: [0x51],
            witnessCommitment: commitment,
            job: try #require(JobID(5)),
            tag: Array("/lode/".utf8)
        ).transaction(extranonce1: 1, extranonce2: 2)
    }

    @Test(arguments: [0, 1, 252, 625_000_000, UInt64.max])
    func whatTheOutputsPayIsRead(value: UInt64) throws {
        #expect(CoinbaseValue.total(of: try Self.coinbase(value: value))?.units == value)
        let commitment: [UInt8] = [0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed] + [UInt8](repeating: 7, count: 32)
        #expect(CoinbaseValue.total(of: try Self.coinbase(value: value, commitment: commitment))?.units == value)
    }

    @Test func whatIsNoCoinbaseIsNotRead() throws {
        let whole = try Self.coinbase(value: 5)
        for count in 0..<whole.count { #expect(CoinbaseValue.total(of: Array(whole.prefix(count))) == nil, "\(count)") }
        #expect(CoinbaseValue.total(of: whole + [0]) == nil)
        var twoInputs = whole
        twoInputs[4] = 2
        #expect(CoinbaseValue.total(of: twoInputs) == nil)
        var endless = whole
        endless[41] = 0xff  // a script of more bytes than there can be
        #expect(CoinbaseValue.total(of: endless) == nil)
        let (version, body, lockTime) = (whole.prefix(4), whole[4..<(whole.count - 4)], whole.suffix(4))
        let withWitness = Array([version, [0, 1], body, [1, 1, 7], lockTime].joined())
        #expect(RawTransaction(withWitness)?.outputs.count == 1)
        #expect(CoinbaseValue.total(of: withWitness) == nil)
        // The same output again, and one that pays as much as there can be.
        let place = try #require(body.indices.first { body[$0...].starts(with: [1, 5, 0, 0, 0, 0, 0, 0, 0]) })
        let most = ArraySlice([UInt8](repeating: 0xff, count: 8))
        let parts = [version, body[..<place], [2], body[(place + 1)...], most, body[(place + 9)...], lockTime]
        let tooMuch = Array(parts.joined())
        #expect(RawTransaction(tooMuch)?.outputs.count == 2)
        #expect(CoinbaseValue.total(of: tooMuch) == nil)
    }
}
