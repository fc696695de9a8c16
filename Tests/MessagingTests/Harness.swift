import Foundation
import Messages
import Messaging
import ServiceRuntime
import Synchronization
import Testing

/// How services can meet: each test that says so runs over all four.
enum Transport: String, CaseIterable, CustomTestStringConvertible {
    /// `exchange` is `inproc` without the socket.
    case inproc, exchange, ipc, tcp

    var testDescription: String { rawValue }

    /// A place of its own for each caller; over TCP the system chooses the port.
    func address() throws -> MessagingAddress {
        let name = "lode-\(UUID().uuidString.prefix(13).lowercased())"
        switch self {
        case .inproc: return try MessagingAddress(parsing: "inproc://\(name)")
        case .exchange: return .inproc(name: name, exchange: InProcessExchange())
        case .ipc: return try MessagingAddress(parsing: "ipc:///tmp/\(name).sock")
        case .tcp: return try MessagingAddress(parsing: "tcp://127.0.0.1:0")
        }
    }
}

struct NoLog: LogSink {
    func write(_ line: String) {}
}

func surroundings(metrics: Metrics = Metrics()) -> Surroundings {
    let clock = SystemClock()
    let log = Log(service: "test", minimum: .error, clock: clock, sink: NoLog())
    return Surroundings(log: log, metrics: metrics, health: Health(), clock: clock)
}

/// Something that a test waits for, and another part of it makes happen.
final class Event: Sendable {
    private struct State {
        var hasHappened = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())

    func happen() {
        let waiters = state.withLock { state in
            state.hasHappened = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isNow = state.withLock { state in
                if !state.hasHappened { state.waiters.append(continuation) }
                return state.hasHappened
            }
            if isNow { continuation.resume() }
        }
    }

    var hasHappened: Bool { state.withLock { $0.hasHappened } }
}

/// Answers as its closure says.
struct Replies: RPCDispatcher {
    static let method = "lode.v1.Test/Do"

    let methods = [Replies.method]
    let answer: @Sendable ([UInt8]) async throws(RPCError) -> [UInt8]

    init(_ answer: @escaping @Sendable ([UInt8]) async throws(RPCError) -> [UInt8] = { $0 }) {
        self.answer = answer
    }

    func dispatch(_ method: String, _ payload: [UInt8]) async throws(RPCError) -> [UInt8] {
        try await answer(payload)
    }
}

/// A server that runs until `stop()`, which returns when it has ended.
struct RunningServer {
    let server: RPCServer
    private let running: Task<Void, any Error>

    init(
        at address: MessagingAddress,
        limits: RPCLimits = .standard,
        metrics: Metrics = Metrics(),
        _ dispatcher: some RPCDispatcher
    ) throws {
        let server = try RPCServer(
            name: "test",
            listening: [address],
            dispatcher: dispatcher,
            limits: limits,
            surroundings: surroundings(metrics: metrics)
        )
        self.server = server
        running = Task { try await server.run() }
    }

    var address: MessagingAddress { server.addresses[0] }

    func beginStopping() { running.cancel() }

    func stop() async throws {
        running.cancel()
        try await running.value
    }
}

extension RPCChannel {
    func call(_ payload: [UInt8], timeout: Duration = .seconds(20)) async throws(RPCError) -> [UInt8] {
        try await call(Replies.method, payload, timeout: timeout)
    }
}
