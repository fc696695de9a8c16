import HTTPClient
import Synchronization

/// Makes the pool's events of a stream's bytes; what it cannot read it leaves out, because events are only hints.
final class EventFeed: Sendable {
    /// A job with a large coinbase.
    private static let eventByteCountMax = 4 << 20

    private let parser = Mutex(ServerSentEventParser(byteCountMax: eventByteCountMax))
    private let handle: @Sendable (PoolEvent) -> Void

    init(handle: @escaping @Sendable (PoolEvent) -> Void) {
        self.handle = handle
    }

    func append(_ bytes: [UInt8]) {
        let events = parser.withLock { parser in
            do throws(ServerSentEventParser.Failure) {
                return try parser.append(bytes)
            } catch {
                parser = ServerSentEventParser(byteCountMax: Self.eventByteCountMax)
                return []
            }
        }
        for event in events { Self.read(event).map(handle) }
    }

    private static func read(_ event: ServerSentEvent) -> PoolEvent? {
        guard let page = try? PageReader(parsing: Array(event.data.utf8)) else { return nil }
        switch event.name {
        case "job": return (try? PoolJob(page)).map(PoolEvent.job)
        case "bin": return (try? PoolBin(page)).map(PoolEvent.bin)
        case "block": return .block
        case _: return nil
        }
    }
}
