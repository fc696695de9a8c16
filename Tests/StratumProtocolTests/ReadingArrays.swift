@testable import StratumProtocol

/// The same calls on arrays: `#expect` cannot hold a span.
extension StratumRequest {
    init(parsing line: [UInt8]) { self.init(parsing: line.span) }

    static func readingTree(of line: [UInt8]) -> StratumRequest { readingTree(of: line.span) }
}

extension SubmitScanner {
    static func request(in line: [UInt8]) -> StratumRequest? { request(in: line.span) }
}

extension WorkerText {
    func isEqual(to name: String, in line: [UInt8]) -> Bool { isEqual(to: Array(name.utf8).span, in: line.span) }
}

extension WireJobID {
    init?(_ text: String) { self.init(Array(text.utf8).span) }
}
