import JSON
import MiningDomain

/// What a pool gives a session: our part of the search space.
struct Extranonces: Hashable, Sendable {
    /// More than fits beside anything else into a coinbase's 100 bytes of script.
    private static let extranonce1ByteCountMax = 32
    private static let extranonce2ByteCounts: ClosedRange<UInt64> = 2...8

    let extranonce1: [UInt8]
    let extranonce2ByteCount: Int

    /// - Parameters:
    ///   - parameters: A subscription's result or a `mining.set_extranonce`.
    ///   - place: Where the first extranonce stands in it; the second one's size follows.
    /// - Throws: Which is missing or of a size that nobody can work with.
    init(_ parameters: StratumParameters, at place: Int) throws(PageError) {
        extranonce1 = try parameters.bytes(place, "extranonce1", byteCountMax: Self.extranonce1ByteCountMax)
        let size = parameters.values.dropFirst(place + 1).first?.uint64
        guard let size, Self.extranonce2ByteCounts.contains(size) else {
            throw .unsupported("this miner works with an extranonce2 of 2 to 8 bytes")
        }
        extranonce2ByteCount = Int(size)
    }

    func space(token: String, time: UInt32, shareTarget: Target) -> SearchSpace {
        let count = min(SearchSpace.extranonce2CountMax, 1 << UInt64(min(63, 8 * extranonce2ByteCount)))
        return SearchSpace(
            token: token,
            extranonce1: extranonce1,
            extranonce2ByteCount: extranonce2ByteCount,
            extranonce2Start: 0,
            extranonce2Count: count,
            nonceStart: 0,
            nonceCount: 1 << 32,
            time: time,
            shareTarget: shareTarget,
            isOpenEnded: true
        )
    }
}
