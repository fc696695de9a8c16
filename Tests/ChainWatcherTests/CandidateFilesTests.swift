import Foundation
import Hashing
import Messages
import TestSupport
import Testing

@testable import ChainWatcher

@Suite struct CandidateFilesTests {
    private static let report = BlockReport(
        hash: Array(1...32),
        height: 7,
        jobID: 9,
        finder: Client(address: "rltc1q", worker: "rig", clientID: Array(repeating: 5, count: 16)),
        state: .submitted,
        reward: 5_000_000_000,
        networkTarget: Array(repeating: 0x7f, count: 32),
        foundAtMs: 1_790_000_000_000
    )
    private static let block: [UInt8] = (0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    @Test func whatWasSavedIsThereAfterARestartUntilItIsRemoved() async throws {
        let folder = try ScratchFolder()
        let hash = try #require(Hash256(Self.report.hash))
        try await CandidateFiles(folder: folder.path + "/deep/er").save(Self.report, block: Self.block)
        let store = CandidateFiles(folder: folder.path + "/deep/er")
        #expect(try await store.load().reports == [Self.report])
        #expect(try await store.block(hash) == Self.block)
        try await store.remove(hash)
        try await store.remove(hash)
        #expect(try await store.load().reports.isEmpty)
    }

    @Test(arguments: [0, 1, 20, 100, 3_000, 5_150]) func aFileThatIsNotWholeIsNamedAndNotUsed(byteCount: Int)
        async throws
    {
        let folder = try ScratchFolder()
        let store = CandidateFiles(folder: folder.path)
        try await store.save(Self.report, block: Self.block)
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path).first)
        let url = URL(filePath: folder.path + "/" + name)
        try (try Data(contentsOf: url)).prefix(byteCount).write(to: url)
        let loaded = try await store.load()
        #expect(loaded.reports.isEmpty)
        #expect(loaded.broken == [name])
        #expect(try await store.block(#require(Hash256(Self.report.hash))) == nil)
    }

    @Test func aFlippedBitIsNoticed() async throws {
        let folder = try ScratchFolder()
        let store = CandidateFiles(folder: folder.path)
        try await store.save(Self.report, block: Self.block)
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path).first)
        let url = URL(filePath: folder.path + "/" + name)
        var bytes = try Data(contentsOf: url)
        bytes[2_000] ^= 4
        try bytes.write(to: url)
        #expect(try await store.load().broken == [name])
    }
}
