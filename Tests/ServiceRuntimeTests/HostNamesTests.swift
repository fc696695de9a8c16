import Testing

@testable import ServiceRuntime

@Suite struct HostNamesTests {
    private static let names = HostNames(["Pool.Example", "lode-payouts"])

    @Test(
        arguments: [
            nil, "localhost", "LOCALHOST:9090", "localhost.", "127.0.0.1", "127.0.0.1:9095", "10.0.0.7:9095", "[::1]",
            "[::1]:9095", "[2001:db8::7]:80", "pool.example", "POOL.example.:9090", "lode-payouts:9095",
        ] as [String?]
    )
    func ourNamesAndAddressesAreOurs(host: String?) {
        #expect(Self.names.contains(host))
    }

    @Test(arguments: [
        "", ".", ":", ":9095", "evil.example", "evil.example:9095", "localhost.evil.example", "127.0.0.1.evil.example",
        "evil.example, localhost", "localhost, evil.example", "localhost:9095:1", "localhost:port", "localhost:-1",
        "localhost:", "user@localhost", "[localhost]", "[127.0.0.1]", "[::1", "[::1]x", "::1", "127.1", "2130706433",
        "xpool.example", "pool.example.evil",
    ])
    func anotherNameIsAForeignPages(host: String) {
        #expect(!Self.names.contains(host))
    }
}
