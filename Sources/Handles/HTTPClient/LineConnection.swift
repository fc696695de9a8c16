/// A connection of text lines both ways, plain or in TLS, with a thread of its own.
///
/// What was not asked for yet waits in the system: nobody can fill this process's memory through it.
package final class LineConnection: Sendable {
    private let line: LineThread

    package init(_ settings: LineSettings) {
        line = LineThread(settings)
    }

    deinit {
        line.stop()
    }

    /// Connects; once, and before anything else.
    ///
    /// - Throws: `.unreachable`, `.cancelled`.
    package func open() async throws(LineConnectionError) {
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { line.start($0) }
        } onCancel: {
            line.stop()
        }
        try outcome.get()
    }

    /// Waits for the next line, for one task at a time; it comes without its end and is not empty.
    ///
    /// - Throws: `.cancelled` when the task is, and the connection lives on; anything else for a connection that has ended.
    package func nextLine() async throws(LineConnectionError) -> [UInt8] {
        let ticket = line.ticket()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { line.read($0, ticket) }
        } onCancel: {
            line.stopReading(ticket)
        }
        return try outcome.get()
    }

    /// Sends `bytes`, which hold whole lines, as soon as the other side takes them.
    ///
    /// When it cannot, `nextLine` will say why.
    package func send(_ bytes: [UInt8]) {
        line.send(bytes)
    }

    /// What was not sent yet is lost.
    package func close() {
        line.stop()
    }
}
