import EventLoop
import System
import TestSupport

/// What a handler was told.
enum Event: Equatable, Sendable {
    case open(String)
    case opened
    case line(String)
    case turnEnded
    case closed(LinkClosure)
    case refused(String, LinkClosure)
    case tick
}

final class EchoSession {
    var lineCount = 0
}

/// Sends each line back, does what some lines say, and tells what it was told.
final class EchoHandler: LoopHandler {
    /// More than a socket takes at once.
    static let largeByteCount = 8 << 20
    private let events: EventLog<Event>
    let context: LoopContext<EchoSession>
    var links: [Link<EchoSession>] = []
    var kept: Link<EchoSession>?

    init(_ context: LoopContext<EchoSession>, _ events: EventLog<Event>) {
        self.context = context
        self.events = events
    }

    func open(_ link: Link<EchoSession>) -> EchoSession? {
        events.append(.open("\(link.remoteAddress)"))
        links.append(link)
        return EchoSession()
    }

    func opened(_: Link<EchoSession>) {
        events.append(.opened)
    }

    func receive(_ line: Span<UInt8>, from link: Link<EchoSession>) {
        link.session?.lineCount += 1
        let words = text(line)
        switch words {
        case "quit":
            link.send(Array("bye\n".utf8))
            link.close()
        case "drop": link.close()
        case "count": link.send(Array("\(link.session?.lineCount ?? 0)\n".utf8))
        case "large":
            let isSent = link.sendLarge([UInt8](repeating: 0x61, count: Self.largeByteCount) + [0x0a])
            if !isSent { link.send(Array("full\n".utf8)) }
        case "flood":
            link.send([0x0a])  // so that the other side has a line to wait at
            for _ in 0..<1_000 { link.send([UInt8](repeating: 0x61, count: 65_536)) }
        case _:
            link.send(line)
            link.send([0x0a])
        }
        events.append(.line(words))
    }

    func turnEnded() {
        events.append(.turnEnded)
    }

    func farewell(to _: Link<EchoSession>, because: LinkClosure) -> [UInt8]? {
        Array("sorry: \(because)\n".utf8)
    }

    func closed(_ link: Link<EchoSession>, because: LinkClosure) {
        links.removeAll { $0 === link }
        events.append(.closed(because))
    }

    func refused(_ address: RemoteAddress, because: LinkClosure) {
        events.append(.refused("\(address)", because))
    }

    func tick(nowMs _: UInt64) {}
}
