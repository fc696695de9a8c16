import Foundation
import System

/// A folder of its own for one test, gone with the test.
final class ScratchFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "lode-system-" + UUID().uuidString
        try Folder.create(path)
    }

    deinit {
        try? Folder.removeTree(path)
    }

    func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// The permission bits of a file, as `0o600`.
    static func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
    }
}
