import Hashing
import JSON
import Testing

@testable import Miner

@Suite struct BinCursorTests {
    @Test func headersAreThoseOfThePage() throws {
        let vector = try Vector.load()
        var slices: [SearchSlice] = []
        var cursor = BinCursor(try vector.assignment())
        while let slice = cursor.cut(countMax: 1_000) { slices.append(slice) }
        for expected in try #require(vector.json["headers"]?.array) {
            let extranonce2 = try #require(expected["extranonce2"]?.uint64)
            let nonce = try #require(expected["nonce"]?.uint32)
            let slice = try #require(slices.first { $0.extranonce2 == extranonce2 })
            let header = slice.header.prefix(76) + (0..<4).map { UInt8(truncatingIfNeeded: nonce >> (8 * $0)) }
            #expect(Hex.string(header) == expected["header"]?.string)
            #expect(ProofAlgorithm.scrypt.hash(header: Array(header)).hex == expected["scrypt"]?.string)
            #expect(ProofAlgorithm.sha256d.hash(header: Array(header)).hex == expected["sha256d"]?.string)
        }
    }

    @Test func aWholeBinGivesTheHitsThatPythonFound() throws {
        let vector = try Vector.load()
        var cursor = BinCursor(try vector.assignment())
        var found: [[UInt64]] = []
        while let slice = cursor.cut(countMax: 100) {
            let result = slice.search()
            found += result.hits.map { [slice.extranonce2, UInt64($0.nonce)] }
            cursor.complete(slice, searched: result.searchedCount)
        }
        #expect(cursor.isDone)
        let expected = try #require(vector.json["hits"]?.array).compactMap { hit in
            hit["extranonce2"]?.uint64.flatMap { extranonce2 in hit["nonce"]?.uint64.map { [extranonce2, $0] } }
        }
        #expect(found == expected)
    }

    /// However threads take, give back and finish parts, each position is searched once.
    @Test(arguments: 1...8)
    func everyPositionIsSearchedOnce(seed: UInt64) throws {
        var random = seed &* 0x9e37_79b9_7f4a_7c15
        func draw(_ bound: UInt64) -> UInt64 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (random >> 33) % bound
        }
        var cursor = BinCursor(try Vector.load().assignment())
        var underWay: [SearchSlice] = []
        var times: [UInt64: Int] = [:]
        while !cursor.isDone {
            if draw(3) > 0, let slice = cursor.cut(countMax: 1 + draw(60)) {
                #expect(slice.count > 0)
                underWay.append(slice)
            } else if !underWay.isEmpty {
                let slice = underWay.remove(at: Int(draw(UInt64(underWay.count))))
                let searched = draw(2) == 0 ? slice.count : draw(slice.count + 1)
                for index in 0..<searched {
                    times[slice.extranonce2 << 32 | UInt64(slice.firstNonce) + index, default: 0] += 1
                }
                cursor.complete(slice, searched: searched)
            }
        }
        #expect(cursor.isExhausted)
        #expect(times.count == 592)
        #expect(times.values.allSatisfy { $0 == 1 })
        #expect(times.keys.min() == 7 << 32 | 4_294_967_000)
        #expect(times.keys.max() == 8 << 32 | 4_294_967_295)
    }

    @Test(
        "a bin lives as long as either clock says, at most a day",
        arguments: [
            (1_790_000_003_000, 60_000), (1_790_000_033_000, 60_000), (1_700_000_000_000, 86_400_000),
            (1_790_000_000_000, 63_000), (1_900_000_000_000, 60_000),
        ] as [(UInt64, UInt64)]
    )
    func lifetime(receivedAtMs: UInt64, lifetimeMs: UInt64) throws {
        #expect(try Vector.load().assignment(receivedAtMs: receivedAtMs).endsAtMs == Vector.nowMs + lifetimeMs)
    }
}
