package import Messages
package import Messaging

/// What another service announces: a hint that something changed.
package protocol EventSource<Body>: Sendable {
    associatedtype Body: WireMessage

    /// Waits for the next announcement.
    ///
    /// - Throws: `.cancelled` when the task is cancelled.
    func next() async throws(MessagingError) -> Body
}

extension Subscriber: EventSource {}
