internal import CCrypto

/// Randomness that nobody can guess, from libcrypto's generator, which the kernel seeds.
package struct SecureRandom: RandomNumberGenerator, Sendable {
    package init() {}

    package func next() -> UInt64 {
        Self.uint64()
    }

    package static func bytes(_ count: Int) -> [UInt8] {
        precondition(count >= 0)
        var bytes = [UInt8](repeating: 0, count: count)
        // A machine without randomness can sign nothing safely: there is no going on from here.
        precondition(unsafe count == 0 || RAND_bytes(&bytes, Int32(count)) == 1, "no randomness")
        return bytes
    }

    package static func uint64() -> UInt64 {
        bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
