import Foundation
package import System

/// The program itself, as the build left it beside the tests.
package enum LodeProgram {
    /// Where it is, whatever folder the build was told to use.
    package static var path: String {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return Folder.parent(of: tests) + "/lode"
    }

    /// What a run to the end said, and how it ended.
    package struct Outcome: Sendable {
        /// Standard output and standard error.
        package let output: String
        package let ending: ChildProcess.Ending?

        package var status: Int32? {
            switch ending {
            case .exited(let status): status
            case .signalled, nil: nil
            }
        }
    }

    /// Runs it until it ends by itself.
    package static func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        in folder: ScratchFolder
    ) async throws -> Outcome {
        let output = "\(folder.path)/output-\(UUID().uuidString)"
        let process = try await TestProcess(
            path,
            arguments,
            environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path].merging(environment) { $1 },
            outputPath: output
        )
        let ending = await process.waitForExit()
        return Outcome(output: try String(contentsOfFile: output, encoding: .utf8), ending: ending)
    }
}
