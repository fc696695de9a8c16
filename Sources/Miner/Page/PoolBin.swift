import MiningDomain

/// What `POST /getbin` answers: a slice of a job's search space that is ours alone.
struct PoolBin: Hashable, Sendable {
    private static let extranonceByteCount = 4

    let jobID: String
    /// Its token is the lease, which goes back with every find.
    let space: SearchSpace
    /// Seconds since 1970, by the pool's clock.
    let expiresAt: UInt64

    /// - Throws: Which field is wrong, or reaches past 2^32.
    init(_ page: PageReader) throws(PageError) {
        jobID = try page.text("job_id")
        expiresAt = try page.number("expires_at")
        let extranonce1 = try page.bytes("extranonce1", byteCountMax: Self.extranonceByteCount)
        guard extranonce1.count == Self.extranonceByteCount else { throw .field("extranonce1") }
        let extranonce2Start = try page.number32("extranonce2_start")
        let extranonce2Count = try page.number("extranonce2_count")
        let nonceStart = try page.number32("nonce_start")
        let nonceCount = try page.number("nonce_count")
        guard Self.fits(extranonce2Start, extranonce2Count) else { throw .field("extranonce2_count") }
        guard Self.fits(nonceStart, nonceCount) else { throw .field("nonce_count") }
        guard !extranonce2Count.multipliedReportingOverflow(by: nonceCount).overflow else {
            throw .field("extranonce2_count")
        }
        space = SearchSpace(
            token: try page.text("bin"),
            extranonce1: extranonce1,
            extranonce2ByteCount: Self.extranonceByteCount,
            extranonce2Start: UInt64(extranonce2Start),
            extranonce2Count: extranonce2Count,
            nonceStart: nonceStart,
            nonceCount: nonceCount,
            time: try page.number32("time"),
            shareTarget: try page.target("share_target")
        )
    }

    private static func fits(_ start: UInt32, _ count: UInt64) -> Bool {
        count > 0 && count <= 1 << 32 - UInt64(start)
    }
}
