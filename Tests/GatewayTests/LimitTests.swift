import HTTPServer
import ServiceRuntime
import System
import TestSupport
import Testing

@testable import Gateway

@Suite struct LimitTests {
    @Test func aBucketGivesABurstAndThenItsRate() {
        let rate = TokenBucket.Rate(perSecond: 10, burst: 30)
        var bucket = TokenBucket(full: rate, at: 1_000)
        for _ in 0..<30 { #expect(bucket.take(rate, at: 1_000) == nil) }
        #expect(bucket.take(rate, at: 1_000) == 100)
        #expect(bucket.take(rate, at: 1_099) == 1)
        #expect(bucket.take(rate, at: 1_100) == nil)
        #expect(bucket.take(rate, at: 1_100) == 100)
        // A clock that is set back gives nothing, and takes nothing away.
        #expect(bucket.take(rate, at: 500) == 100)
        #expect(bucket.take(rate, at: 600) == nil)
        // The longest pause gives no more than a burst.
        var granted = 0
        while bucket.take(rate, at: .max / 2) == nil { granted += 1 }
        #expect(granted == 30)
    }

    @Test func eachHasABucketOfItsOwn() throws {
        let clock = ManualClock()
        let limiter = RateLimiter<String>(perSecond: 1, clock: clock)
        for _ in 0..<3 { try limiter.admit("a", called: "client") }
        let error = #expect(throws: APIError.self) { try limiter.admit("a", called: "client") }
        #expect(error?.status == 429)
        #expect(error?.retryAfter == 1)
        try limiter.admit("b", called: "client")
        clock.advance(by: .seconds(1))
        try limiter.admit("a", called: "client")
        #expect(throws: APIError.self) { try limiter.admit("a", called: "client") }
    }

    @Test func theTableOfBucketsIsBounded() throws {
        let clock = ManualClock()
        let limiter = RateLimiter<Int>(perSecond: 1, clock: clock)
        for key in 0..<(5 * RateLimiter<Int>.bucketCountMax) { try limiter.admit(key, called: "address") }
        #expect(limiter.bucketCount <= 2 * RateLimiter<Int>.bucketCountMax)
        clock.advance(by: .seconds(10))
        try limiter.admit(1, called: "address")
        clock.advance(by: .seconds(10))
        try limiter.admit(1, called: "address")
        #expect(limiter.bucketCount <= 2)
    }

    private static let forwards: [(String, String?, String)] = [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"), ("10.0.0.1", "1.2.3.4, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7, 10.0.0.2", "203.0.113.7"), ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"), ("10.0.0.1", "1.2.3.4, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", nil, "10.0.0.1"), ("198.51.100.1", "203.0.113.7", "198.51.100.1"),
        ("10.0.0.1", String(repeating: "10.0.0.2,", count: 5_000) + "10.0.0.2", "10.0.0.2"),
    ]

    @Test(arguments: forwards)
    func onlyATrustedProxyIsBelieved(peer: String, forwarded: String?, expected: String) throws {
        let proxies = Set(["10.0.0.1", "10.0.0.2"].compactMap { RemoteAddress($0) })
        let request = IncomingRequest(
            method: "GET",
            path: "/",
            headers: forwarded.map { ["x-forwarded-for": $0] } ?? [:],
            peer: try #require(RemoteAddress(peer))
        )
        #expect(ClientAddress.address(of: request, trustedProxies: proxies).description == expected)
    }
}
