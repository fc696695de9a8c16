import System

/// Gives extranonce1 values that this replica never gave before: its number in 8 bits, and a count on disk in 24.
struct ExtranonceCounter: Sendable {
    private static let byteCountMax = 16
    private static let countMask: UInt32 = 1 << 24 - 1

    private let path: String
    private let replica: UInt8

    init(folder: String, replica: UInt8) {
        path = folder + "/extranonce"
        self.replica = replica
    }

    /// On disk before it is given, so that a crash cannot bring it back.
    ///
    /// - Throws: When the count cannot be read or kept: then nothing may be leased.
    func next() throws(SystemError) -> UInt32 {
        let count = (try last() &+ 1) & Self.countMask
        try DurableFile.replace(path, with: Array(String(count).utf8))
        return UInt32(replica) << 24 | count
    }

    private func last() throws(SystemError) -> UInt32 {
        guard DurableFile.exists(path) else { return 0 }
        let text = String(decoding: try DurableFile.read(path, byteCountMax: Self.byteCountMax), as: UTF8.self)
        guard let count = UInt32(text), count <= Self.countMask else {
            throw SystemError("read", path, .malformed)
        }
        return count
    }
}
