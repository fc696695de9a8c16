import Dispatch
import EventLoop
import JSON
import TestSupport
import Testing

/// A mining program in a test's hands, plain or in TLS: it sends what it is told, and remembers what comes, in order.
actor StratumMiner {
    enum Event: Equatable, Sendable {
        case line(String)
        case closed
    }

    /// Everything that came.
    nonisolated let events = Collector<Event>()
    private let loop: EventLoop<MinerDesk>
    private let hearing = DispatchSemaphore(value: 0)
    private var readCount = 0
    private var lastID: UInt64 = 0

    init(port: UInt16, tls: ClientTLS?) throws {
        var settings = LoopSettings()
        settings.lineByteCountMax = 16 << 20
        settings.firstLineTime = .seconds(600)
        let events = events
        loop = try EventLoop(name: "miner", settings: settings) { MinerDesk($0, events) }
        loop.post { $0.connect(port: port, tls: tls) }
    }

    /// Closes the connection.
    nonisolated func stop() async {
        hearing.signal()
        await loop.stop()
    }

    /// Reads nothing more, whatever comes, until it stops.
    nonisolated func turnDeaf() {
        let hearing = hearing
        loop.post { _ in hearing.wait() }
    }

    nonisolated func send(_ bytes: [UInt8]) {
        loop.post { desk in desk.link?.send(bytes) }
    }

    /// A line.
    nonisolated func send(_ text: String) { send(Array((text + "\n").utf8)) }

    /// What comes next.
    func next() async throws -> Event {
        let place = readCount
        let events = await events.wait { $0.count > place }
        readCount += 1
        return try #require(events.dropFirst(place).first, "nothing came")
    }

    /// The next line as JSON.
    func line() async throws -> JSON {
        guard case .line(let text) = try await next() else { throw Failure.closed }
        return try JSON(parsing: Array(text.utf8))
    }

    /// The next call of `method`; what comes before is passed over.
    @discardableResult
    func notice(_ method: String) async throws -> [JSON] {
        while true {
            let line = try await line()
            if line["method"]?.string == method { return line["params"]?.array ?? [] }
        }
    }

    /// The next difficulty that is announced, as it is written; what comes before is passed over.
    func difficulty() async throws -> String? {
        try await notice("mining.set_difficulty").first?.number?.description
    }

    /// The answer to a request; what the pool says of its own accord meanwhile is passed over.
    @discardableResult
    func call(_ method: String, _ params: JSON = []) async throws -> JSON {
        lastID += 1
        let id = lastID
        send("{\"id\":\(id),\"method\":\"\(method)\",\"params\":\(String(decoding: params.encoded(), as: UTF8.self))}")
        return try await answer(to: id)
    }

    func answer(to id: UInt64) async throws -> JSON {
        while true {
            let line = try await line()
            if line["method"] == nil, line["id"]?.uint64 == id { return line }
        }
    }

    /// The code and the text of a refusal.
    func refusal(_ method: String, _ params: JSON) async throws -> String {
        let error = try await call(method, params)["error"]
        return "\(error?.array?[0].int64 ?? 0) \(error?.array?[1].string ?? "")"
    }

    /// Returns when the pool has closed the connection; gives the lines that came before that nobody read.
    @discardableResult
    func closing() async throws -> [String] {
        var lines: [String] = []
        while true {
            guard case .line(let text) = try await next() else { return lines }
            lines.append(text)
        }
    }

    enum Failure: Error { case closed }
}

/// The miner's side of its one connection.
final class MinerDesk: LoopHandler {
    final class Session {}

    private let context: LoopContext<Session>
    private let events: Collector<StratumMiner.Event>
    private(set) var link: Link<Session>?

    init(_ context: LoopContext<Session>, _ events: Collector<StratumMiner.Event>) {
        self.context = context
        self.events = events
    }

    func connect(port: UInt16, tls: ClientTLS?) {
        link = context.connect(to: "127.0.0.1", port: port, tls: tls, session: Session())
    }

    func open(_: Link<Session>) -> Session? { nil }

    func receive(_ line: Span<UInt8>, from _: Link<Session>) {
        var bytes: [UInt8] = []
        for place in line.indices { bytes.append(line[place]) }
        events.append(.line(String(decoding: bytes, as: UTF8.self)))
    }

    func closed(_: Link<Session>, because _: LinkClosure) {
        events.append(.closed)
    }
}
