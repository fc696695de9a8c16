import Foundation

/// An empty folder of a test's own, gone when its owner is.
package final class ScratchFolder: Sendable {
    package let path: String

    package init(_ purpose: String = "test") throws {
        let name = "lode-\(purpose)-\(UUID().uuidString.prefix(13).lowercased())"
        path = FileManager.default.temporaryDirectory.appending(path: name).path(percentEncoded: false)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
