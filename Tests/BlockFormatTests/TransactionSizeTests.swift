import BlockFormat
import MiningDomain
import Testing

@Suite struct TransactionSizeTests {
    private static let keyHash = [UInt8]([0x76, 0xa9, 0x14]) + [UInt8](repeating: 1, count: 20) + [0x88, 0xac]
    private static let scriptHash = [UInt8]([0xa9, 0x14]) + [UInt8](repeating: 1, count: 20) + [0x87]
    private static let witnessKeyHash = [UInt8]([0x00, 0x14]) + [UInt8](repeating: 1, count: 20)
    private static let witnessScriptHash = [UInt8]([0x00, 0x20]) + [UInt8](repeating: 1, count: 32)
    private static let taproot = [UInt8]([0x51, 0x20]) + [UInt8](repeating: 1, count: 32)

    /// Litecoin Core 0.21 and Bitcoin Core, `src/policy/policy.h`: 5,460 and 546 for the largest kind.
    @Test func dustIsWhatNodesTakeForIt() {
        for (script, litecoin, bitcoin) in [
            (Self.keyHash, 5_460, 546), (Self.scriptHash, 5_400, 540), (Self.witnessKeyHash, 2_940, 294),
            (Self.witnessScriptHash, 3_300, 330), (Self.taproot, 3_300, 330),
        ] as [([UInt8], UInt64, UInt64)] {
            #expect(TransactionSize.dustLimit(of: script, rate: Network.litecoin.dustRate).units == litecoin)
            #expect(TransactionSize.dustLimit(of: script, rate: Network.bitcoin.dustRate).units == bitcoin)
        }
    }

    @Test func onlyInputsOfKnownSizeHaveOne() {
        #expect(TransactionSize.input(spending: Self.witnessKeyHash) == 68)
        #expect(TransactionSize.input(spending: Self.taproot) == 58)
        #expect(TransactionSize.input(spending: Self.keyHash) == 149)
        #expect(TransactionSize.input(spending: Self.scriptHash) == 91)
        #expect(TransactionSize.input(spending: Self.witnessScriptHash) == nil)
        #expect(TransactionSize.input(spending: []) == nil)
    }
}
