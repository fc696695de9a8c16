internal import JSON

/// One line from a miner, understood.
///
/// Reading never fails: what cannot be understood is a call that is answered with an error.
package struct StratumRequest: Hashable, Sendable {
    /// The longest line, in bytes without its end; what miners send stays below a thousand.
    package static let lineByteCountMax = 8_192
    /// How many arrays and objects may stand inside each other; `mining.configure` needs three.
    static let depthMax = 16

    /// What the answer repeats.
    ///
    /// Without an id, or when it cannot be read, the answer carries `null`, as pools commonly do.
    package let id: RequestID
    package let call: StratumCall

    package init(id: RequestID, call: StratumCall) {
        self.id = id
        self.call = call
    }

    /// Reads one line, without its end.
    ///
    /// The usual spelling of `mining.submit` is read in place, without an allocation. Every other spelling and every other
    /// method goes through the strict reader of JSON, and means the same.
    package init(parsing line: Span<UInt8>) {
        if let submit = SubmitScanner.request(in: line) {
            self = submit
        } else {
            self = Self.readingTree(of: line)
        }
    }

    /// The way of every unusual line: first a tree, then its meaning.
    static func readingTree(of line: Span<UInt8>) -> StratumRequest {
        guard line.count <= lineByteCountMax else { return malformed }
        let bytes = [UInt8](copying: line)
        guard let members = (try? JSON(parsing: bytes, depthMax: depthMax))?.object?.members else { return malformed }
        let places = RequestMembers(members)
        guard let id = places.requestID(in: line) else {
            // An answer is ignored whatever it answers.
            return places.isAnswer ? StratumRequest(id: .null, call: .answer(places.answer)) : malformed
        }
        return StratumRequest(id: id, call: places.isAnswer ? .answer(places.answer) : StratumCall(places))
    }

    private static let malformed = StratumRequest(id: .null, call: .refused(.malformed))
}

extension [UInt8] {
    init(copying span: Span<UInt8>) {
        self.init()
        reserveCapacity(span.count)
        for index in span.indices { append(span[index]) }
    }
}
