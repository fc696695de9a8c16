import EventLoop
import System
import TestSupport

/// What came to a client.
enum Arrival: Equatable, Sendable {
    case opened
    case line(String)
    case closed(LinkClosure)
}

/// The outgoing side of a loop: one link, whose lines are collected.
final class LoopClient: Sendable {
    final class Session {}

    final class Handler: LoopHandler {
        let context: LoopContext<Session>
        let arrivals: EventLog<Arrival>
        var link: Link<Session>?
        /// Where the first line waits.
        var hasToWait: Gate?

        init(_ context: LoopContext<Session>, _ arrivals: EventLog<Arrival>) {
            self.context = context
            self.arrivals = arrivals
        }

        func open(_: Link<Session>) -> Session? { nil }

        func opened(_: Link<Session>) { arrivals.append(.opened) }

        func turnEnded() {
            hasToWait?.wait()
            hasToWait = nil
        }

        func receive(_ line: Span<UInt8>, from _: Link<Session>) {
            arrivals.append(.line(text(line)))
        }

        func closed(_: Link<Session>, because: LinkClosure) { arrivals.append(.closed(because)) }
    }

    let arrivals = EventLog<Arrival>()
    let loop: EventLoop<Handler>

    init(to port: UInt16, host: String = "127.0.0.1", tls: ClientTLS?, settings: LoopSettings = LoopSettings()) throws {
        let arrivals = arrivals
        var settings = settings
        settings.lineByteCountMax = 16 << 20
        settings.outputByteCountMax = 16 << 20
        loop = try EventLoop(name: "client", settings: settings) { Handler($0, arrivals) }
        loop.post { handler in
            handler.link = handler.context.connect(to: host, port: port, tls: tls, session: Session())
        }
    }

    func send(_ text: String) {
        loop.post { $0.link?.send(Array(text.utf8)) }
    }

    func close() {
        loop.post { $0.link?.close() }
    }

    /// Everything so far, once a line is among it, or the end.
    @discardableResult
    func wait(for line: String) async -> [Arrival] {
        await arrivals.wait { if case .closed = $0 { true } else { $0 == .line(line) } }
    }

    /// How the link ended, once it has.
    func end() async -> LinkClosure? {
        for arrival in await arrivals.wait(where: { if case .closed = $0 { true } else { false } }) {
            if case .closed(let closure) = arrival { return closure }
        }
        return nil
    }

    var lines: [String] {
        arrivals.elements.compactMap { if case .line(let text) = $0 { text } else { nil } }
    }
}

func text(_ line: Span<UInt8>) -> String {
    var bytes: [UInt8] = []
    for place in line.indices { bytes.append(line[place]) }
    return String(decoding: bytes, as: UTF8.self)
}
