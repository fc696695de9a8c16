import Foundation
import Glibc
package import System

/// A program started by a test, which dies with the test's process however that ends.
package final class TestProcess: Sendable {
    private let child: ChildProcess

    /// Starts the program at a whole path; what it prints is appended to the file at `outputPath`.
    ///
    /// Without `environment` it gets the test's own.
    package init(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String]? = nil,
        outputPath: String
    ) async throws {
        let command = Command(
            "/usr/bin/setpriv",
            ["--pdeathsig", "KILL", executable] + arguments,
            environment: environment,
            output: .file(outputPath)
        )
        child = try await withCheckedThrowingContinuation { started in
            // The kernel sends the parent-death signal when the *thread* that forked ends, so each child has a thread
            // that lives as long as the child does.
            Thread.detachNewThread {
                do {
                    let child = try ChildProcess(command)
                    started.resume(returning: child)
                    while child.isRunning { usleep(50_000) }
                } catch {
                    started.resume(throwing: error)
                }
            }
        }
    }

    deinit {
        kill()
        // The folder that it writes to is about to go: wait, but not for ever.
        for _ in 0..<500 where isRunning { usleep(10_000) }
    }

    package var processID: Int32 { child.processID }
    package var isRunning: Bool { child.isRunning }

    package func kill() { child.send(.kill) }

    /// Freezes it: connections are taken and never answered.
    package func freeze() { Glibc.kill(processID, SIGSTOP) }

    package func thaw() { Glibc.kill(processID, SIGCONT) }

    @discardableResult
    package func waitForExit() async -> ChildProcess.Ending? { await child.ending() }

    /// Asks it to end, insists after `patience`, and returns when it is gone.
    @discardableResult
    package func stop(patience: Duration = .seconds(20)) async -> ChildProcess.Ending? {
        child.send(.terminate)
        if let ending = await child.ending(within: patience) { return ending }
        kill()
        return await child.ending()
    }
}
