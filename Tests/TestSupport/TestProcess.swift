import Foundation
import Glibc
import Synchronization

/// A program started by a test, which dies with the test's process however that ends.
package final class TestProcess: Sendable {
    private struct State {
        var exitStatus: Int32?
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// What the child's own thread and its owner share.
    private final class Exit: Sendable {
        let state = Mutex(State())

        func finish(status: Int32) {
            let waiters = state.withLock { state in
                state.exitStatus = status
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.resume() }
        }
    }

    package let processIdentifier: Int32
    private let exit: Exit

    /// Starts the program at a whole path; what it prints is appended to the file at `outputPath`.
    ///
    /// Without `environment` it gets the test's own.
    package init(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String]? = nil,
        outputPath: String
    ) async throws {
        let exit = Exit()
        self.exit = exit
        processIdentifier = try await withCheckedThrowingContinuation { started in
            // The kernel sends the parent-death signal when the *thread* that forked ends, so each child has a thread
            // that lives exactly as long as the child does.
            Thread.detachNewThread {
                do {
                    let process = try Self.launch(executable, arguments, environment, outputPath)
                    let ended = DispatchSemaphore(value: 0)
                    process.terminationHandler = { _ in ended.signal() }
                    if !process.isRunning { ended.signal() }
                    started.resume(returning: process.processIdentifier)
                    ended.wait()
                    exit.finish(status: process.terminationStatus)
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

    package var isRunning: Bool { exit.state.withLock { $0.exitStatus == nil } }

    /// `nil` while it runs; the signal's number when it died of one.
    package var exitStatus: Int32? { exit.state.withLock(\.exitStatus) }

    /// Sends a signal, unless the process is gone.
    package func signal(_ number: Int32) {
        exit.state.withLock { state in
            guard state.exitStatus == nil else { return }
            Glibc.kill(processIdentifier, number)
        }
    }

    package func kill() { signal(SIGKILL) }

    /// Freezes it: connections are taken and never answered.
    package func freeze() { signal(SIGSTOP) }

    package func thaw() { signal(SIGCONT) }

    package func waitForExit() async {
        await withCheckedContinuation { continuation in
            let over = exit.state.withLock { state in
                guard state.exitStatus == nil else { return true }
                state.waiters.append(continuation)
                return false
            }
            if over { continuation.resume() }
        }
    }

    /// Asks it to end, insists after `patience`, and returns when it is gone.
    package func stop(patience: Duration = .seconds(20)) async {
        signal(SIGTERM)
        let insisting = Task { [weak self] in
            try await Task.sleep(for: patience)
            self?.kill()
        }
        await waitForExit()
        insisting.cancel()
    }

    private static func launch(
        _ executable: String,
        _ arguments: [String],
        _ environment: [String: String]?,
        _ outputPath: String
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/setpriv")
        process.arguments = ["--pdeathsig", "KILL", executable] + arguments
        if let environment { process.environment = environment }
        if !FileManager.default.fileExists(atPath: outputPath) {
            try Data().write(to: URL(filePath: outputPath))
        }
        let output = try FileHandle(forWritingTo: URL(filePath: outputPath))
        try output.seekToEnd()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        return process
    }
}
