import HTTPServer
import JSON
import Messages
import ServiceRuntime
import Synchronization
import System

/// Everyone who listens to `/events`.
final class EventHub: Sendable {
    /// What may wait for a listener that does not read: some dozens of jobs.
    private static let waitingByteCountMax = 64 << 10

    struct Listener: Sendable {
        let id: UInt64
        let address: RemoteAddress
        /// Whose bins it wants, if it said so.
        let client: Client?
        let stream: ResponseStream
    }

    private struct State {
        var listeners: [UInt64: Listener] = [:]
        var countByAddress: [RemoteAddress: Int] = [:]
        var nextID: UInt64 = 1
    }

    private let countMax: Int
    private let countPerAddressMax: Int
    private let openStreams: Gauge
    private let state = Mutex(State())

    init(_ settings: GatewaySettings, metrics: Metrics) {
        countMax = settings.streamCountMax
        countPerAddressMax = settings.streamCountPerAddressMax
        openStreams = metrics.gauge("lode_gateway_event_streams", help: "Open /events streams.")
    }

    /// Calls `onLeave` once the listener has gone.
    ///
    /// - Throws: 429 when too many listen already.
    func listen(
        from address: RemoteAddress,
        client: Client?,
        onLeave: @escaping @Sendable () -> Void
    ) throws(APIError) -> Listener {
        let listener: Listener? = state.withLock { state in
            guard state.listeners.count < countMax, state.countByAddress[address, default: 0] < countPerAddressMax
            else {
                return nil
            }
            let id = state.nextID
            state.nextID += 1
            let stream = ResponseStream(byteCountMax: Self.waitingByteCountMax) { [weak self] in
                self?.left(id)
                onLeave()
            }
            let listener = Listener(id: id, address: address, client: client, stream: stream)
            state.listeners[id] = listener
            state.countByAddress[address, default: 0] += 1
            return listener
        }
        guard let listener else { throw .tooManyStreams }
        openStreams.add(1)
        return listener
    }

    private func left(_ id: UInt64) {
        let wasOpen = state.withLock { state in
            guard let listener = state.listeners.removeValue(forKey: id) else { return false }
            let count = state.countByAddress[listener.address, default: 1] - 1
            state.countByAddress[listener.address] = count > 0 ? count : nil
            return true
        }
        if wasOpen { openStreams.add(-1) }
    }

    var count: Int { state.withLock { $0.listeners.count } }

    func publish(_ event: String, _ data: [UInt8]) {
        write(Self.frame(event, data))
    }

    /// Keeps connections from looking idle, and finds those whose client has gone.
    func publishSignOfLife() {
        write(Array(": still here\n\n".utf8))
    }

    /// The open streams of one client.
    func listeners(of clientID: [UInt8]) -> [Listener] {
        state.withLock { $0.listeners.values.filter { $0.client?.clientID == clientID } }
    }

    static func frame(_ event: String, _ data: [UInt8]) -> [UInt8] {
        Array("event: \(event)\ndata: ".utf8) + data + Array("\n\n".utf8)
    }

    private func write(_ bytes: [UInt8]) {
        // Outside the lock: a listener that is too slow is cut off while it is written to.
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.stream.write(bytes) }
    }
}
