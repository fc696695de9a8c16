import System
import Testing

@Suite struct ProcessSignalTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test func aRunningProcessTellsItsWords() async throws {
        let child = try ChildProcess(Command("sleep", ["60"], output: .discarded))
        #expect(try !ProcessSignal.isZombie(child.processID))
        while try ProcessSignal.commandLine(of: child.processID) != ["sleep", "60"] { await Task.yield() }
        child.send(.kill)
        _ = await child.ending()
        #expect(try ProcessSignal.commandLine(of: child.processID).isEmpty)
        #expect(try !ProcessSignal.isZombie(child.processID))
    }

    @Test func aZombieIsOneAndHasNoWords() async throws {
        let parent = try ChildProcess(
            Command("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"], output: .file(scratch("output")))
        )
        defer { parent.send(.kill) }
        var number: Int32?
        while number == nil {
            let bytes = try DurableFile.read(scratch("output"), byteCountMax: 100)
            let printed = Int32(String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self))
            if let printed, try ProcessSignal.isZombie(printed) { number = printed }
            await Task.yield()
        }
        let zombie = try #require(number)
        #expect(ProcessSignal.isAlive(zombie))
        #expect(try ProcessSignal.commandLine(of: zombie).isEmpty)
    }

    @Test func sharedMemoryThatIsGoneIsHeldByNobody() throws {
        #expect(try !SharedMemory.isAttached(identifier: .max))
    }

    @Test func theEndOfAFileIsRead() throws {
        try DurableFile.replace(scratch("file"), with: Array("abcdef".utf8))
        #expect(try DurableFile.readEnd(scratch("file"), byteCountMax: 2) == Array("ef".utf8))
        #expect(try DurableFile.readEnd(scratch("file"), byteCountMax: 20) == Array("abcdef".utf8))
    }
}
