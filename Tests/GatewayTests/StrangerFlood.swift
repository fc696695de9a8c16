import Dispatch
import Foundation
import Synchronization
import TestSupport

/// Strangers who go on until they are stopped: whoever was turned away comes again.
///
/// On a thread of their own, which looks after so many of them and then rests, so that miners have something of the machine.
final class StrangerFlood: Sendable {
    enum Nuisance: CaseIterable, Sendable {
        case garbage, halfLines, silence

        /// What is said at the plain door, and at the one with TLS: garbage, or half a handshake.
        func bytes(at door: StratumFixture.Door) -> [UInt8] {
            switch (self, door) {
            case (.garbage, _): Array(String(repeating: "\u{3}garbage {[\n", count: 5).utf8)
            case (.halfLines, .plain): Array(#"{"id":1,"method":"mining.sub"#.utf8)
            case (.halfLines, .encrypted): [0x16, 3, 1, 0, 0x49, 1, 0, 0, 0x45, 3, 3]
            case (.silence, _): []
            }
        }
    }

    private struct Stranger: Sendable {
        let source: String
        let port: UInt16
        let words: [UInt8]
        var socket: LoopbackSocket?
    }

    private static let turnCount = 80
    private static let rest: DispatchTimeInterval = .milliseconds(10)

    private let connections = Atomic(0)
    private let failures = Atomic(0)
    private let rounds = Atomic(0)
    private let stopping = DispatchSemaphore(value: 0)
    private let stopped = Collector<Bool>()

    /// Connections that were made, again and again.
    var connectionCount: Int { connections.load(ordering: .relaxed) }
    /// Attempts that came to nothing.
    var failureCount: Int { failures.load(ordering: .relaxed) }
    /// How often everybody had a turn.
    var roundCount: Int { rounds.load(ordering: .relaxed) }

    /// Strangers, half of them at each door, who all had a turn before `roundCount` is 1.
    init(of count: Int, _ nuisance: Nuisance, from sources: [String], at ports: [UInt16]) {
        let strangers = (0..<count).map { number in
            let door: StratumFixture.Door = number % 2 == 0 ? .plain : .encrypted
            return Stranger(
                source: sources[number / 2 % sources.count],
                port: ports[number % 2],
                words: nuisance.bytes(at: door)
            )
        }
        Thread.detachNewThread { [self] in
            run(strangers)
            stopped.append(true)
        }
    }

    private func run(_ strangers: [Stranger]) {
        var strangers = strangers
        for place in strangers.indices { turn(of: &strangers[place]) }
        rounds.add(1, ordering: .relaxed)
        var place = 0
        while stopping.wait(timeout: .now() + Self.rest) == .timedOut {
            for _ in 0..<Self.turnCount {
                turn(of: &strangers[place])
                place = (place + 1) % strangers.count
                if place == 0 { rounds.add(1, ordering: .relaxed) }
            }
        }
    }

    /// Returns when all have left.
    func stop() async {
        stopping.signal()
        _ = await stopped.wait { !$0.isEmpty }
    }

    private func turn(of stranger: inout Stranger) {
        if let socket = stranger.socket, socket.exchange(stranger.words) { return }
        stranger.socket = nil
        guard let socket = try? LoopbackSocket(port: stranger.port, from: stranger.source) else {
            failures.add(1, ordering: .relaxed)
            return
        }
        connections.add(1, ordering: .relaxed)
        if socket.exchange(stranger.words) { stranger.socket = socket }
    }
}
