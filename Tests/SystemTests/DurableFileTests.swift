import System
import Testing

@Suite struct DurableFileTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test func whatWasPutIsRead() throws {
        let path = scratch("value")
        try DurableFile.replace(path, with: Array("first, and longer".utf8))
        try DurableFile.replace(path, with: Array("second".utf8))
        #expect(try DurableFile.read(path, byteCountMax: 100) == Array("second".utf8))
        #expect(try ScratchFolder.mode(path) == 0o600)
        #expect(try Folder.names(in: scratch.path) == ["value"])
    }

    @Test func aHalfWrittenFileOfACrashIsNeitherSeenNorInTheWay() throws {
        let path = scratch("value")
        let half = try AppendOnlyFile(path + ".part")
        try half.append([1, 2, 3])
        #expect(try Folder.names(in: scratch.path) == [])
        try DurableFile.replace(path, with: [9])
        #expect(try DurableFile.read(path, byteCountMax: 1) == [9])
    }

    @Test func onlyTheFirstCreates() throws {
        #expect(try DurableFile.create(scratch("once"), with: [1]))
        #expect(try !DurableFile.create(scratch("once"), with: [2]))
        #expect(try DurableFile.read(scratch("once"), byteCountMax: 1) == [1])
        #expect(try Folder.names(in: scratch.path) == ["once"])
    }

    @Test func aLargerFileThanAllowedIsRefused() throws {
        try DurableFile.replace(scratch("large"), with: [UInt8](repeating: 0, count: 11))
        #expect(throws: SystemError("read", scratch("large"), .tooLarge)) {
            try DurableFile.read(scratch("large"), byteCountMax: 10)
        }
    }

    @Test func whatIsNotThereIsSaidSo() {
        #expect(throws: SystemError("open", scratch("nothing"), .missing)) {
            try DurableFile.read(scratch("nothing"), byteCountMax: 10)
        }
        #expect(throws: Never.self) { try DurableFile.remove(scratch("nothing")) }
    }

    @Test func removedIsGone() throws {
        try DurableFile.replace(scratch("value"), with: [1])
        try DurableFile.remove(scratch("value"))
        #expect(!DurableFile.exists(scratch("value")))
    }
}
