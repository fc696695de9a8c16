import Hashing
import Messages
import System
import TestSupport
import Testing

@testable import ShareService

@Suite struct SpoolTests {
    private static func shares(_ numbers: UInt8...) -> ShareColumns {
        var shares = ShareColumns(clients: [miner])
        for number in numbers {
            let word = UInt64(number) * 0x0101_0101_0101_0101
            shares.append(
                proofHash: Hash256(words: (word, word, word, word)),
                jobID: 1,
                submissionID: UInt64(number) + 1,
                work: 1,
                judgedAtMs: UInt64(number),
                headerTime: 1_790_000_000 + UInt32(number),
                clientPlace: 0
            )
        }
        return shares
    }

    @Test("whole records are read, and what a crash left behind them is not", arguments: 0...2)
    func records(whole: Int) {
        let bodies: [[UInt8]] = [[], [1, 2, 3], [UInt8](repeating: 7, count: 1_000)]
        let bytes = bodies.prefix(whole).flatMap { SpoolRecord.framed($0) }
        let next = SpoolRecord.framed(bodies[whole])
        for count in 0..<next.count {
            let (read, rest) = SpoolRecord.bodies(bytes + next.prefix(count))
            #expect(read == Array(bodies.prefix(whole)))
            #expect(rest == count)
        }
    }

    @Test("a record with one wrong bit is none, nor is anything behind it")
    func damage() {
        let record = SpoolRecord.framed([1, 2, 3])
        for byte in record.indices {
            for bit in 0..<8 {
                var damaged = record
                damaged[byte] ^= 1 << bit
                #expect(SpoolRecord.bodies(damaged + record).bodies == [])
            }
        }
        #expect(SpoolRecord.bodies([UInt8](repeating: 0, count: 4_096)).bodies == [])  // a file grown, not written
        #expect(SpoolRecord.bodies([0xff, 0xff, 0xff, 0xff, 1]).bodies == [])
    }

    @Test("batches come back in their order, after a restart too")
    func order() throws {
        let scratch = try ScratchFolder()
        var files = try SpoolFiles(folder: scratch.path, byteCountMax: 1 << 20)
        #expect(!files.hasBacklog)
        try files.append(Self.shares(1, 2))
        try files.append(Self.shares(3))
        var again = try SpoolFiles(folder: scratch.path, byteCountMax: 1 << 20)
        #expect(again.hasBacklog)
        try again.append(Self.shares(4))
        let first = try #require(try again.oldest())
        #expect(first.batches == [Self.shares(1, 2), Self.shares(3)])
        try again.append(Self.shares(5))
        try again.remove(first)
        #expect(try again.all().map(\.batches) == [[Self.shares(4), Self.shares(5)]])
        let second = try #require(try again.oldest())
        try again.append(Self.shares(6))  // into a file of its own: the one that is being replayed is closed
        try again.remove(second)
        #expect(try again.oldest()?.batches == [Self.shares(6)])
    }

    @Test("an end that a crash cut off is passed over, and kept aside")
    func tornTail() throws {
        let scratch = try ScratchFolder()
        var files = try SpoolFiles(folder: scratch.path, byteCountMax: 1 << 20)
        try files.append(Self.shares(1))
        let name = try #require(try Folder.names(in: scratch.path).first { $0.hasSuffix(".shares") })
        let torn = Array(SpoolRecord.framed([1, 2, 3]).dropLast())
        try AppendOnlyFile(scratch.path + "/" + name).append(torn)
        var again = try SpoolFiles(folder: scratch.path, byteCountMax: 1 << 20)
        let file = try #require(try again.oldest())
        #expect(file.batches == [Self.shares(1)])
        #expect(file.restByteCount == torn.count)
        try again.remove(file)
        #expect(!again.hasBacklog)
        #expect(try DurableFile.read(scratch.path + "/" + name + ".damaged", byteCountMax: 1_000) == torn)
        #expect(try !SpoolFiles(folder: scratch.path, byteCountMax: 1 << 20).hasBacklog)
    }

    @Test("the spool refuses what would pass its bound")
    func bound() throws {
        let scratch = try ScratchFolder()
        let record = SpoolRecord.framed(Self.shares(1).request().encoded())
        var files = try SpoolFiles(folder: scratch.path, byteCountMax: UInt64(record.count) * 2)
        try files.append(Self.shares(1))
        try files.append(Self.shares(2))
        #expect(throws: SystemError("spool", scratch.path, .noSpace)) { try files.append(Self.shares(3)) }
        #expect(files.byteCount == UInt64(record.count) * 2)
        try files.remove(try #require(try files.oldest()))
        try files.append(Self.shares(3))
    }

    @Test("what an older release kept comes back without its headers' times")
    func olderRecords() throws {
        var request = Self.shares(1, 2).request()
        request.headerTimes = []
        let shares = try #require(ShareColumns(try RecordSharesRequest(decoding: request.encoded())))
        #expect(shares.headerTimes == [0, 0])
        #expect(shares.proofHashes == Self.shares(1, 2).proofHashes)
        request.headerTimes = [1]
        #expect(ShareColumns(request) == nil)
    }

    @Test("a spool belongs to one process")
    func lock() throws {
        let scratch = try ScratchFolder()
        let first = try ShareSpool(folder: scratch.path, byteCountMax: 1_000)
        #expect(throws: SystemError.self) { _ = try ShareSpool(folder: scratch.path, byteCountMax: 1_000) }
        withExtendedLifetime(first) {}
    }

    @Test("remembered proofs are bounded, and the oldest job's go first")
    func remembering() {
        let proofs = RememberedProofs(countMax: 3)
        for number in UInt64(1)...3 { proofs.add(.init(words: (number, 0, 0, 0)), job: number, submission: number) }
        proofs.add(.init(words: (3, 0, 0, 0)), job: 3, submission: 99)
        #expect(proofs.submission(of: .init(words: (3, 0, 0, 0)), job: 3) == 3)
        proofs.add(.init(words: (4, 0, 0, 0)), job: 3, submission: 4)
        #expect(proofs.count == 3)
        #expect(proofs.submission(of: .init(words: (1, 0, 0, 0)), job: 1) == nil)
        #expect(proofs.submission(of: .init(words: (2, 0, 0, 0)), job: 2) == 2)
    }

    @Test("refused proofs are counted for a bounded number of clients")
    func refusedCounts() {
        var counts = RefusedCounts()
        counts.add(miner, stale: 1, other: 0)
        counts.add([RefusedShares(client: miner, stale: 1, other: 2), RefusedShares(stale: 5)])
        for number in 0..<RefusedCounts.clientCountMax {
            counts.add(Client(address: "\(number)"), stale: 1, other: 0)
        }
        let taken = counts.take()
        #expect(taken.count == RefusedCounts.clientCountMax)
        #expect(taken.first { $0.client == miner } == RefusedShares(client: miner, stale: 2, other: 2))
        #expect(counts.isEmpty)
    }
}
