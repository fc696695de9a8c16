internal import CProofHash

/// SHA-256 with the first blocks of a message already taken in.
///
/// For messages that share a beginning, such as one coinbase under many extranonces.
package struct SHA256Midstate: Sendable {
    package static let blockByteCount = 64

    /// Before the first byte.
    package static let empty = SHA256Midstate()

    /// How many bytes it stands for, a multiple of `blockByteCount`.
    package let byteCount: Int
    private let state: State
    private let implementation: HashingImplementation

    /// - Precondition: `blocks` is a whole number of 64-byte blocks.
    package init(absorbing blocks: [UInt8]) {
        self.init(absorbing: blocks, implementation: .forOneMessage)
    }

    init(absorbing blocks: [UInt8], implementation: HashingImplementation) {
        precondition(blocks.count.isMultiple(of: Self.blockByteCount), "a midstate holds whole blocks")
        precondition(implementation.isSupported)
        var state = State(0, 0, 0, 0, 0, 0, 0, 0)
        unsafe withUnsafeMutableBytes(of: &state) { bytes in
            let words = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt32.self)
            unsafe proofhash_sha256_start(words)
            unsafe proofhash_sha256_absorb(implementation.kernel, words, blocks, blocks.count / Self.blockByteCount)
        }
        self.state = state
        byteCount = blocks.count
        self.implementation = implementation
    }

    private init() {
        self.init(absorbing: [])
    }

    /// SHA-256 of the whole message.
    package func sha256(finishing rest: [UInt8]) -> Hash256 {
        sha256(finishing: rest.span)
    }

    /// SHA-256 of the whole message.
    package func sha256(finishing rest: Span<UInt8>) -> Hash256 {
        unsafe finish(rest.bytes, with: proofhash_sha256_finish)
    }

    /// SHA-256 of SHA-256 of the whole message.
    package func sha256d(finishing rest: [UInt8]) -> Hash256 {
        sha256d(finishing: rest.span)
    }

    /// SHA-256 of SHA-256 of the whole message.
    package func sha256d(finishing rest: Span<UInt8>) -> Hash256 {
        unsafe sha256d(finishing: rest.bytes)
    }

    func sha256d(finishing rest: RawSpan) -> Hash256 {
        unsafe finish(rest, with: proofhash_sha256d_finish)
    }

    /// The state of FIPS 180-4, a to h.
    var words: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) { state }

    private typealias State = (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32)
    private typealias Finish = (
        proofhash_implementation, UnsafePointer<UInt32>?, UInt64, UnsafePointer<UInt8>?, Int,
        UnsafeMutablePointer<UInt8>?
    ) -> Void

    @inline(__always) private func finish(_ rest: RawSpan, with function: Finish) -> Hash256 {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        unsafe withUnsafeMutableBytes(of: &words) { hash in
            unsafe withUnsafeBytes(of: state) { state in
                unsafe rest.withUnsafeBytes { rest in
                    unsafe function(
                        implementation.kernel,
                        state.baseAddress?.assumingMemoryBound(to: UInt32.self),
                        UInt64(byteCount),
                        rest.baseAddress?.assumingMemoryBound(to: UInt8.self),
                        rest.count,
                        hash.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    )
                }
            }
        }
        // The kernel wrote bytes; the words are their little-endian reading.
        return Hash256(
            words: (
                UInt64(littleEndian: words.0), UInt64(littleEndian: words.1),
                UInt64(littleEndian: words.2), UInt64(littleEndian: words.3)
            )
        )
    }
}
