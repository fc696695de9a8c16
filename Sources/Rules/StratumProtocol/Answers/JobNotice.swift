package import Hashing
internal import MiningDomain

/// `mining.notify` of one job: written once, and then copied to every session with its own name, time and clean flag.
package struct JobNotice: Sendable {
    /// From the previous block's hash to the bits, as JSON with the commas around it.
    private let parts: [UInt8]

    /// - Parameters:
    ///   - previousHash: The tip that the job builds on.
    ///   - coinbase1: The coinbase, without witness, up to the extranonce1.
    ///   - coinbase2: The coinbase after the extranonce2.
    ///   - merkleBranch: From the coinbase's sibling up.
    ///   - version: The header's.
    ///   - bits: The network target in compact form.
    package init(
        previousHash: Hash256,
        coinbase1: [UInt8],
        coinbase2: [UInt8],
        merkleBranch: [Hash256],
        version: UInt32,
        bits: UInt32
    ) {
        var parts: [UInt8] = []
        parts.append(contentsOf: ",\"".utf8)
        // Each word of four bytes the other way round: so the protocol has it.
        for word in previousHash.words32 { parts.append(hex: word) }
        parts.append(contentsOf: "\",\"".utf8)
        parts.append(contentsOf: Hex.string(coinbase1).utf8)
        parts.append(contentsOf: "\",\"".utf8)
        parts.append(contentsOf: Hex.string(coinbase2).utf8)
        parts.append(contentsOf: "\",[".utf8)
        for (place, hash) in merkleBranch.enumerated() {
            if place > 0 { parts.append(UInt8(ascii: ",")) }
            parts.append(contentsOf: "\"\(hash.hex)\"".utf8)
        }
        parts.append(contentsOf: "],".utf8)
        parts.append(quotedHex: version)
        parts.append(UInt8(ascii: ","))
        parts.append(quotedHex: bits)
        parts.append(UInt8(ascii: ","))
        self.parts = parts
    }

    /// Writes the line.
    ///
    /// - Parameters:
    ///   - name: The job's name for this sending.
    ///   - time: The header's time, in seconds since 1970.
    ///   - isClean: Whether work on earlier jobs is to be dropped.
    ///   - bytes: Where the line is added.
    package func append(_ name: WireJobID, time: UInt32, isClean: Bool, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"id":null,"method":"mining.notify","params":[""#.utf8)
        bytes.append(hex: UInt32(truncatingIfNeeded: name.jobID.value >> 32))
        bytes.append(hex: UInt32(truncatingIfNeeded: name.jobID.value))
        bytes.append(hex: name.sendingNumber)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: parts)
        bytes.append(quotedHex: time)
        bytes.append(contentsOf: isClean ? ",true]}\n".utf8 : ",false]}\n".utf8)
    }
}

extension Hash256 {
    /// The 32 bytes as eight little-endian numbers.
    fileprivate var words32: [UInt32] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            [UInt32(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word >> 32)]
        }
    }
}
