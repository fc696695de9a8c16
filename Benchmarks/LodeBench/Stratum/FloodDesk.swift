import EventLoop

/// Strangers who mean no good, on one thread: each says its part again and again, and whoever is turned away comes again.
final class FloodDesk: LoopHandler {
    enum Nuisance: String, CaseIterable, Sendable {
        case garbage
        case halfLines = "half_lines"
        case silence

        var words: [UInt8] {
            switch self {
            case .garbage: Array("\u{3}garbage {[\n".utf8)
            case .halfLines: Array(#"{"id":1,"method":"mining.sub"#.utf8)
            case .silence: []
            }
        }
    }

    /// One of them.
    final class Session {
        let header: [UInt8]
        var link: Link<Session>?

        init(header: [UInt8]) {
            self.header = header
        }
    }

    /// Strangers that have a turn in one tick.
    private static let turnCount = 100

    private let context: LoopContext<Session>
    private let port: UInt16
    private let words: [UInt8]
    private var strangers: [Session]
    private var next = 0
    private(set) var openedCount = 0

    /// Begins with nobody; `addressCount` is how many addresses they come from, as a load balancer tells it.
    init(_ context: LoopContext<Session>, of count: Int, _ nuisance: Nuisance, addressCount: Int, at port: UInt16) {
        self.context = context
        self.port = port
        words = nuisance.words
        strangers = (0..<count).map { Session(header: Array(Self.header("198.51.100.\($0 % addressCount + 1)").utf8)) }
    }

    static func header(_ address: String) -> String { "PROXY TCP4 \(address) 127.0.0.1 12345 3333\r\n" }

    func tick(nowMs: UInt64) {
        for _ in 0..<Self.turnCount {
            let stranger = strangers[next]
            next = (next + 1) % strangers.count
            if let link = stranger.link {
                link.send(words)
            } else {
                stranger.link = context.connect(to: "127.0.0.1", port: port, session: stranger)
            }
        }
    }

    func open(_: Link<Session>) -> Session? { nil }

    func opened(_ link: Link<Session>) {
        guard let stranger = link.session else { return }
        openedCount += 1
        link.send(stranger.header + words)
    }

    func receive(_: Span<UInt8>, from _: Link<Session>) {}

    func closed(_ link: Link<Session>, because _: LinkClosure) {
        link.session?.link = nil
    }
}
