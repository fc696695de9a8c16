import Foundation
import Glibc

/// Tells what happens to the files of one folder, as the kernel sees it.
package final class FolderWatch: Sendable {
    package enum Change: Sendable {
        /// A file has begun to be.
        case created
        /// A file has got its name from another one's.
        case renamed
        case removed
    }

    private let descriptor: Int32
    private let watch: Int32

    /// `onChange` is called on a thread of its own, one change after the other.
    package init(_ folder: String, onChange: @escaping @Sendable (_ name: String, _ change: Change) -> Void) throws {
        let descriptor = inotify_init1(Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { throw RegtestError.didNotHappen("a watch") }
        let watch = unsafe inotify_add_watch(descriptor, folder, UInt32(IN_CREATE | IN_MOVED_TO | IN_DELETE))
        guard watch >= 0 else {
            close(descriptor)
            throw RegtestError.didNotHappen("a watch of \(folder)")
        }
        self.descriptor = descriptor
        self.watch = watch
        Thread.detachNewThread {
            defer { close(descriptor) }
            var bytes = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = unsafe read(descriptor, &bytes, bytes.count)
                guard count > 0 else { return }
                for (name, mask) in Self.events(bytes[..<count]) {
                    // The watch is over: with its owner, or with the folder.
                    if mask & UInt32(IN_IGNORED) != 0 { return }
                    if mask & UInt32(IN_CREATE) != 0 { onChange(name, .created) }
                    if mask & UInt32(IN_MOVED_TO) != 0 { onChange(name, .renamed) }
                    if mask & UInt32(IN_DELETE) != 0 { onChange(name, .removed) }
                }
            }
        }
    }

    deinit {
        inotify_rm_watch(descriptor, watch)
    }

    /// Of what the kernel gives: watch, mask, cookie, the name's length, and the name, filled up with NUL.
    private static func events(_ bytes: ArraySlice<UInt8>) -> [(name: String, mask: UInt32)] {
        var rest = bytes
        var events: [(String, UInt32)] = []
        while rest.count >= 16 {
            func number(_ offset: Int) -> UInt32 {
                (0..<4).reduce(0) { $0 | UInt32(rest[rest.startIndex + offset + $1]) << (8 * $1) }
            }
            let nameByteCount = Int(number(12))
            let name = rest.dropFirst(16).prefix(nameByteCount).prefix { $0 != 0 }
            events.append((String(decoding: name, as: UTF8.self), number(4)))
            rest = rest.dropFirst(16 + nameByteCount)
        }
        return events
    }
}
