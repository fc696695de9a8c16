import Foundation
import Glibc
import Synchronization

/// Clients that ask one thing over and over, each on a kept connection of its own and with one request outstanding.
///
/// Plain blocking sockets, so that the figures are the server's.
struct HTTPLoad: Sendable {
    struct Outcome: Sendable {
        /// How long each request took, in order of length.
        var answerTimes: [Duration] = []
        /// Processor time of the clients themselves.
        var clientTime: Duration = .zero
        var failureCount = 0
    }

    let port: UInt16
    let request: String
    let expectedStatus: String
    let connectionCount: Int
    let duration: Duration

    func run() async -> Outcome {
        await withTaskGroup { group in
            for _ in 0..<connectionCount {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        Thread.detachNewThread { continuation.resume(returning: ask()) }
                    }
                }
            }
            var all = await group.reduce(into: Outcome()) { all, one in
                all.answerTimes += one.answerTimes
                all.clientTime += one.clientTime
                all.failureCount += one.failureCount
            }
            all.answerTimes.sort()
            return all
        }
    }

    private func ask() -> Outcome {
        var outcome = Outcome()
        let start = ThreadTime.now
        let end = ContinuousClock.now + duration
        let bytes = Array(request.utf8)
        guard let socket = connected() else { return Outcome(failureCount: 1) }
        defer { close(socket) }
        while .now < end {
            let began = ContinuousClock.now
            guard exchange(socket, bytes) else {
                outcome.failureCount += 1
                break
            }
            outcome.answerTimes.append(.now - began)
        }
        outcome.clientTime = ThreadTime.now - start
        return outcome
    }

    private func connected() -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return descriptor >= 0 && status == 0 ? descriptor : nil
    }

    /// Sends one request and reads one whole answer, whose length a header tells.
    private func exchange(_ socket: Int32, _ bytes: [UInt8]) -> Bool {
        guard unsafe send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return false }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var total: Int?
        while total.map({ answer.count < $0 }) ?? true {
            let count = unsafe recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { return false }
            answer += buffer.prefix(count)
            if total == nil { total = Self.length(of: answer) }
        }
        return answer.starts(with: "HTTP/1.1 \(expectedStatus) ".utf8)
    }

    /// `nil` until the head is whole.
    private static func length(of answer: [UInt8]) -> Int? {
        let text = String(decoding: answer, as: UTF8.self)
        guard let head = text.range(of: "\r\n\r\n"), let mark = text.range(of: "Content-Length: ") else { return nil }
        let body = text[mark.upperBound...].prefix { $0.isNumber }
        return Int(body).map { $0 + text.utf8.distance(from: text.startIndex, to: head.upperBound) }
    }
}
