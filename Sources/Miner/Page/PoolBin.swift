import MiningDomain

/// What `POST /getbin` answers: a slice of a job's search space that is ours alone.
struct PoolBin: Hashable, Sendable {
    /// The lease, which goes back with every find.
    let token: String
    let jobID: String
    let extranonce1: UInt32
    let extranonce2Start: UInt32
    /// 1 to 2^32.
    let extranonce2Count: UInt64
    let nonceStart: UInt32
    /// 1 to 2^32.
    let nonceCount: UInt64
    /// The header's time, seconds since 1970.
    let time: UInt32
    let shareTarget: Target
    /// Seconds since 1970, by the pool's clock.
    let expiresAt: UInt64

    /// How many hashes there are to try.
    let size: UInt64

    /// - Throws: Which field is wrong, or reaches past 2^32.
    init(_ page: PageReader) throws(PageError) {
        token = try page.text("bin")
        jobID = try page.text("job_id")
        guard try page.text("extranonce1").utf8.count == 8 else { throw .field("extranonce1") }
        extranonce1 = try page.hexNumber32("extranonce1")
        extranonce2Start = try page.number32("extranonce2_start")
        extranonce2Count = try page.number("extranonce2_count")
        nonceStart = try page.number32("nonce_start")
        nonceCount = try page.number("nonce_count")
        time = try page.number32("time")
        shareTarget = try page.target("share_target")
        expiresAt = try page.number("expires_at")
        guard Self.fits(extranonce2Start, extranonce2Count) else { throw .field("extranonce2_count") }
        guard Self.fits(nonceStart, nonceCount) else { throw .field("nonce_count") }
        let (size, overflow) = extranonce2Count.multipliedReportingOverflow(by: nonceCount)
        guard !overflow else { throw .field("extranonce2_count") }
        self.size = size
    }

    private static func fits(_ start: UInt32, _ count: UInt64) -> Bool {
        count > 0 && count <= 1 << 32 - UInt64(start)
    }
}
