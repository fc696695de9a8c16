import BlockFormat
import Hashing
import JSON
import Messages
import MiningDomain
import TestSupport
import Testing

@testable import Gateway

@Suite struct PoolBoardTests {
    private static func board(_ clock: ManualClock = ManualClock()) -> PoolBoard {
        PoolBoard(network: .litecoinRegtest, clock: clock, jobKeepTime: .seconds(10))
    }

    @Test func onlyANewerJobIsNews() {
        let board = Self.board()
        #expect(board.job == nil)
        #expect(board.post(FakePool.job(5))?.job.jobID == 5)
        #expect(board.post(FakePool.job(5)) == nil)
        #expect(board.post(FakePool.job(4)) == nil)
        #expect(board.job?.job.jobID == 5)
        #expect(board.post(FakePool.job(6)) != nil)
    }

    @Test func aJobThatNobodyConfirmsIsForgotten() {
        let clock = ManualClock()
        let board = Self.board(clock)
        _ = board.post(FakePool.job(5))
        clock.advance(by: .seconds(10))
        #expect(board.job != nil)
        clock.advance(by: .milliseconds(1))
        #expect(board.job == nil)
        _ = board.post(FakePool.job(5))
        #expect(board.job != nil)
    }

    private static func block(_ number: UInt8, _ state: BlockState = .submitted) -> PoolBlock {
        PoolBlock(height: UInt32(number), hash: [UInt8](repeating: number, count: 32), state: state)
    }

    @Test func blocksAreNewsWhenTheirStateChanges() {
        let board = Self.board()
        #expect(board.post(Self.block(1)))
        #expect(!board.post(Self.block(1)))
        #expect(board.post(Self.block(1, .accepted)))
        // The ledger's list is what counts; a block that it does not know yet stays in front.
        #expect(board.post(Self.block(3)))
        #expect(board.post([Self.block(2), Self.block(1, .accepted)]) == [Self.block(2)])
        let heights = board.status["previous_blocks"]?.array?.compactMap { $0["height"]?.uint32 }
        #expect(heights == [3, 2, 1])
        #expect(board.post([Self.block(3, .rejected), Self.block(2), Self.block(1, .confirmed)]).count == 2)
        for number in UInt8(10)..<60 { _ = board.post(Self.block(number)) }
        #expect(board.status["previous_blocks"]?.array?.count == PoolBoard.blockCountMax)
    }

    private static let difficulties: [(String, Network, String)] = [
        // A regtest target on Litecoin's and on Bitcoin's scale.
        ("7fffff" + String(repeating: "0", count: 58), .litecoinRegtest, "0.000030517116"),
        ("7fffff" + String(repeating: "0", count: 58), .bitcoinRegtest, "0.000000000465"),
        ("0000ffff" + String(repeating: "0", count: 56), .litecoinRegtest, "1"),
        ("00000000ffff" + String(repeating: "0", count: 52), .bitcoin, "1"),
        // Bits 1b0404cb: the example of Bitcoin's developer documentation.
        ("00000000000404cb" + String(repeating: "0", count: 48), .bitcoin, "16307.420938523983"),
    ]

    @Test(arguments: difficulties) func difficultyIsExactOnTheNetworksScale(
        target: String,
        network: Network,
        expected: String
    ) throws {
        let bytes = try #require(Hex.bytes(target))
        let number = NetworkDifficulty.number(
            target: try #require(Target(bigEndian: bytes)),
            differenceOne: network.differenceOne
        )
        #expect(number.description == expected)
    }
}
