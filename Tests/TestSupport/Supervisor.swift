import Foundation

/// A shell script that takes orders until its standard input ends: with its owner, or with the test process at the
/// latest.
package final class Supervisor: Sendable {
    private let orders: FileHandle
    private let answers: FileHandle
    /// Waits for answers, which may take seconds, outside Swift's shared pool.
    private let queue = DispatchQueue(label: "supervisor")

    /// `arguments` are the script's `$1`, `$2` and so on.
    package init(script: String, arguments: [String]) throws {
        let input = Pipe()
        let output = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script, "supervisor"] + arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        orders = input.fileHandleForWriting
        answers = output.fileHandleForReading
    }

    /// Sends a line and waits for one.
    package func ask(_ order: String) async -> String? {
        await onQueue {
            self.orders.write(Data((order + "\n").utf8))
            return self.readLine()
        }
    }

    /// - Returns: `nil` when the script has ended.
    package func nextLine() async -> String? {
        await onQueue { self.readLine() }
    }

    /// Lets the script end and waits until it has.
    package func end() {
        try? orders.close()
        _ = try? answers.readToEnd()
    }

    private func onQueue(_ work: @escaping @Sendable () -> String?) async -> String? {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }

    private func readLine() -> String? {
        var line: [UInt8] = []
        while let byte = try? answers.read(upToCount: 1)?.first {
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return nil
    }
}
