import System
import Testing

@Suite struct OpenFileLimitTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test func itIsRaisedToWhatTheSystemAllows() async throws {
        let raised = OpenFileLimit.raise()
        #expect(raised == OpenFileLimit.current)
        #expect(OpenFileLimit.raise() == raised)
        let shell = try ChildProcess(
            Command("sh", ["-c", "ulimit -Hn; ulimit -Sn"], output: .file(scratch("limits")))
        )
        #expect(await shell.ending() == .exited(status: 0))
        let printed = String(decoding: try DurableFile.read(scratch("limits"), byteCountMax: 100), as: UTF8.self)
        let limits = printed.split(separator: "\n").map { Int($0) ?? .max }
        #expect(limits == [raised, raised])
    }
}
