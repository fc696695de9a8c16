import Synchronization
import System

/// One accepted connection, from its opening to its close.
final class ClientConnection: Sendable {
    let descriptor: Int32
    let peer: RemoteAddress
    /// The request line's second word; only libmicrohttpd's thread reads and writes it.
    let target = Mutex("")
    /// What is being sent, if that is a stream.
    let stream = Mutex<ResponseStream?>(nil)
    /// Nanoseconds on the server's own clock; `.max`: none.
    private let deadline: Atomic<Int64>

    init(descriptor: Int32, peer: RemoteAddress, deadline: Int64) {
        self.descriptor = descriptor
        self.peer = peer
        self.deadline = Atomic(deadline)
    }

    func setDeadline(_ new: Int64) {
        deadline.store(new, ordering: .relaxed)
    }

    var hasDeadline: Bool { deadline.load(ordering: .relaxed) != .max }

    func isOver(at now: Int64) -> Bool {
        deadline.load(ordering: .relaxed) <= now
    }
}
