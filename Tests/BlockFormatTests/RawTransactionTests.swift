import BlockFormat
import Hashing
import MiningDomain
import Testing

@Suite struct RawTransactionTests {
    /// Every transaction of real blocks has the name that the block's merkle root holds it by.
    @Test func realTransactionsHaveTheirNames() throws {
        var count = 0
        for block in try Vectors.blocks() {
            for (identifier, bytes) in block.transactions {
                // Litecoin's integration transaction brings more than witnesses.
                guard let read = RawTransaction(bytes) else {
                    #expect(bytes[4] == 0 && bytes[5] & 8 != 0, "\(block.network) \(block.height): \(identifier)")
                    continue
                }
                #expect(read.identifier == identifier)
                #expect(!read.inputs.isEmpty && !read.outputs.isEmpty)
                count += 1
            }
        }
        #expect(count > 0)
    }

    @Test func aTransactionIsReadFieldByField() throws {
        let spent = Hash256.sha256(of: [1])
        let input = spent.bytes + [3, 0, 0, 0, 0, 0xfd, 0xff, 0xff, 0xff]
        let output: [UInt8] = [0xe8, 3, 0, 0, 0, 0, 0, 0, 2, 0x51, 0x52]
        let stripped = [2, 0, 0, 0, 1] + input + [1] + output + [7, 0, 0, 0]
        let whole = [2, 0, 0, 0, 0, 1, 1] + input + [1] + output + [2, 1, 0xaa, 0] + [7, 0, 0, 0]
        for bytes in [stripped, whole] {
            let read = try #require(RawTransaction(bytes))
            #expect(read.identifier == .sha256d(of: stripped))
            #expect(read.inputs.map(\.transaction) == [spent])
            #expect(read.inputs.map(\.output) == [3])
            #expect(read.outputs == [.init(amount: Amount(units: 1_000), scriptPublicKey: [0x51, 0x52])])
            for length in 0..<bytes.count { #expect(RawTransaction(Array(bytes.prefix(length))) == nil, "\(length)") }
            #expect(RawTransaction(bytes + [0]) == nil)
        }
        var endless = stripped
        endless[5 + 36] = 0xff  // a script of more bytes than there can be
        #expect(RawTransaction(endless) == nil)
    }
}
