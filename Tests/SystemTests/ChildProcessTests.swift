import System
import Testing

@Suite struct ChildProcessTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func output() throws -> String {
        String(decoding: try DurableFile.read(scratch("output"), byteCountMax: 10_000), as: UTF8.self)
    }

    @Test func argumentsEnvironmentFolderAndOutputArrive() async throws {
        let child = try ChildProcess(
            Command(
                "sh",
                ["-c", "echo \"$1|$GREETING|$PWD|$HOME\"; echo error >&2; exit 3", "sh", "two words"],
                environment: ["GREETING": "hello", "PATH": "/usr/bin:/bin"],
                workingFolder: "/usr",
                output: .file(scratch("output"))
            )
        )
        #expect(await child.ending() == .exited(status: 3))
        #expect(try output() == "two words|hello|/usr|\nerror\n")
        #expect(!child.isRunning)
    }

    @Test func aProgramThatIsNotThereIsSaidSo() {
        #expect(throws: SystemError("start", "no-such-program", .missing)) {
            _ = try ChildProcess(Command("no-such-program"))
        }
    }

    @Test func aKilledProcessIsSeenToEnd() async throws {
        let child = try ChildProcess(Command("sleep", ["60"], output: .discarded, ownSession: true))
        #expect(child.isRunning)
        #expect(ProcessSignal.isAlive(child.processID))
        #expect(await child.ending(within: .milliseconds(1)) == nil)
        child.send(.kill)
        #expect(await child.ending() == .signalled(number: 9))
        #expect(!ProcessSignal.isAlive(child.processID))
    }

    @Test func aCancelledWaitEnds() async throws {
        let child = try ChildProcess(Command("sleep", ["60"], output: .discarded))
        let waiting = Task { await child.ending() }
        waiting.cancel()
        #expect(await waiting.value == nil)
        child.send(.terminate)
        #expect(await child.ending() == .signalled(number: 15))
    }

    @Test func noDescriptorAboveTheStandardOnesIsInherited() async throws {
        let open = try AppendOnlyFile(scratch("held"))
        let child = try ChildProcess(
            Command("sh", ["-c", "ls /proc/self/fd | tr '\\n' ' '"], output: .file(scratch("output")))
        )
        #expect(await child.ending() == .exited(status: 0))
        #expect(try output() == "0 1 2 3 ")  // 3 is the folder that ls itself reads
        try open.append([1])
    }

    @Test(.enabled(if: UserAccount.isRoot && UserAccount.named("nobody") != nil, "only root may become another user"))
    func rootStartsAsAnotherUser() async throws {
        let nobody = try #require(UserAccount.named("nobody"))
        let child = try ChildProcess(Command("id", ["-u"], output: .file(scratch("output")), user: nobody))
        #expect(await child.ending() == .exited(status: 0))
        #expect(try output() == "\(nobody.userID)\n")
    }

    @Test func thisProcessKnowsItself() throws {
        #expect(ProcessEnvironment.variables["PATH"] != nil)
        #expect(UserAccount.isRoot == (UserAccount.current?.userID == 0))
        #expect(UserAccount.named("no such user") == nil)
        #expect(UserAccount.named("root")?.userID == 0)
    }
}
