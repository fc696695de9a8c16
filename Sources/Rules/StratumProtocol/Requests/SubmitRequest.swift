/// A share as it was sent, in numbers: no spelling of it makes a second share.
package struct SubmitRequest: Hashable, Sendable {
    /// Who found it, as bytes to compare with the names that the session has authorized.
    package let worker: WorkerText
    package let job: WireJobID
    /// As in the coinbase, a big-endian number.
    package let extranonce2: UInt32
    /// The header's time, in seconds since 1970.
    package let time: UInt32
    package let nonce: UInt32
    /// The bits of the version that the miner chose (BIP 310); `nil` when it sent none.
    package let versionBits: UInt32?

    package init(
        worker: WorkerText,
        job: WireJobID,
        extranonce2: UInt32,
        time: UInt32,
        nonce: UInt32,
        versionBits: UInt32?
    ) {
        self.worker = worker
        self.job = job
        self.extranonce2 = extranonce2
        self.time = time
        self.nonce = nonce
        self.versionBits = versionBits
    }
}

/// The name in a submit: nearly always a place in its line, so that it costs nothing.
package enum WorkerText: Hashable, Sendable {
    /// Where the name stands in the line, in bytes.
    case place(Range<Int>)
    /// The name itself, when its spelling in the line was another.
    case bytes([UInt8])

    /// Whether the submit in `line` came from `name`: the UTF-8 of an `AuthorizeRequest.name`.
    package func isEqual(to name: Span<UInt8>, in line: Span<UInt8>) -> Bool {
        switch self {
        case .place(let place): line.extracting(place).isEqual(to: name)
        case .bytes(let bytes): bytes.span.isEqual(to: name)
        }
    }
}

extension Span<UInt8> {
    func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    func isEqual(to text: String) -> Bool {
        guard count == text.utf8.count else { return false }
        var index = 0
        for byte in text.utf8 {
            guard self[index] == byte else { return false }
            index += 1
        }
        return true
    }
}
