package import System

/// One connection of a loop, incoming or outgoing, with what the program knows about it.
///
/// Confined to its loop's thread. It may be kept as long as one likes: after its end everything it is asked is nothing.
package final class Link<Session: AnyObject>: Connection {
    /// `nil` before `LoopHandler.open` has returned and after `closed` has: a session may hold its link, and a link its
    /// session, without keeping each other for ever.
    package internal(set) var session: Session?
}

extension Connection {
    /// Where it comes from, as a trusted proxy says if there is one; of an outgoing link, where it goes.
    package var remoteAddress: RemoteAddress { address }

    /// The place in the server's listeners of the one that took it; `nil` for an outgoing link.
    package var listener: Int? { door?.place }

    /// Whether bytes that are sent may still arrive.
    package var isOpen: Bool { closing == nil && phase != .ended }

    /// Sends, together with all else that is sent to this link until the end of the turn, in one write.
    ///
    /// Nothing happens when the link is closed. The array is not copied as long as the socket takes it at once.
    package func send(_ bytes: [UInt8]) {
        guard isOpen else { return }
        put(bytes)
    }

    /// The same for bytes that last only as long as the call; they are copied once.
    package func send(_ bytes: Span<UInt8>) {
        guard isOpen else { return }
        unsafe bytes.withUnsafeBytes { unsafe put($0) }
    }

    /// Sends what may be more than a slow reader may otherwise have waiting: `LoopSettings.outputByteCountMax` counts the rest
    /// until it has read this.
    ///
    /// - Returns: `false`, with nothing sent, while this link or `LoopSettings.largeOutputCountMax` of the loop have such output
    ///   waiting, and when the link is closed.
    package func sendLarge(_ bytes: [UInt8]) -> Bool {
        isOpen && putLarge(bytes)
    }

    /// Closes the link at the end of the turn, when what was sent has gone out; no line comes from now on.
    package func close() {
        guard isOpen else { return }
        end(.local)
    }
}
