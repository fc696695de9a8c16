import System
import Testing

@Suite struct AppendOnlyFileTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test func recordsFollowEachOtherAcrossOpenings() throws {
        do {
            let file = try AppendOnlyFile(scratch("spool"))
            try file.append([1, 2])
            try file.synchronize()
        }
        let file = try AppendOnlyFile(scratch("spool"))
        try file.append([3])
        try file.synchronize()
        #expect(try file.readAll(byteCountMax: 10) == [1, 2, 3])
        #expect(try file.size == 3)
        #expect(try ScratchFolder.mode(scratch("spool")) == 0o600)
    }

    @Test func cutOffIsGoneAndTheRestStays() throws {
        let file = try AppendOnlyFile(scratch("spool"))
        try file.append([1, 2, 3, 4])
        try file.truncate(to: 3)
        try file.append([5])
        #expect(try file.readAll(byteCountMax: 10) == [1, 2, 3, 5])
        try file.truncate(to: 0)
        #expect(try file.readAll(byteCountMax: 10) == [])
    }

    @Test func moreThanAllowedIsRefused() throws {
        let file = try AppendOnlyFile(scratch("spool"))
        try file.append([1, 2, 3])
        #expect(throws: SystemError.self) { try file.readAll(byteCountMax: 2) }
    }

    @Test func aFullDiskLeavesNoHalfRecord() throws {
        // /dev/full answers every write with ENOSPC; its size cannot shrink, which must not hide the reason.
        let file = try AppendOnlyFile("/dev/full")
        #expect(throws: SystemError("write", "/dev/full", .noSpace)) { try file.append([1]) }
    }
}
