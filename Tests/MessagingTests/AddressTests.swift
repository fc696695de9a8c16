import Messaging
import Testing

@Suite struct AddressTests {
    @Test(
        "an address reads as it is written",
        arguments: [
            ("inproc://jobs", .inproc(name: "jobs")),
            ("inproc://lode/job-events", .inproc(name: "lode/job-events")),
            ("ipc:///run/lode/jobs.sock", .ipc(path: "/run/lode/jobs.sock")),
            ("tcp://127.0.0.1:7001", .tcp(host: "127.0.0.1", port: 7_001)),
            ("tcp://jobs.pool.internal:65535", .tcp(host: "jobs.pool.internal", port: 65_535)),
            ("tcp://[::1]:0", .tcp(host: "[::1]", port: 0)),
            ("tcp://*:7001", .tcp(host: "*", port: 7_001)),
            ("tls+tcp://jobs:7001", .tls(host: "jobs", port: 7_001)),
        ] as [(String, MessagingAddress)]
    )
    func reading(text: String, expected: MessagingAddress) throws {
        let address = try MessagingAddress(parsing: text)
        #expect(address == expected)
        #expect(address.description == text)
    }

    @Test(
        "an address that cannot be read says what is wrong",
        arguments: [
            ("", "has no scheme"),
            ("jobs", "has no scheme"),
            ("127.0.0.1:7001", "has no scheme"),
            ("http://jobs:80", "the scheme http"),
            ("TCP://jobs:80", "the scheme TCP"),
            ("inproc://", "needs a name"),
            ("inproc://a b", "needs a name"),
            ("inproc://" + String(repeating: "a", count: 101), "needs a name"),
            ("ipc://jobs.sock", "absolute path"),
            ("ipc:///", "absolute path"),
            ("ipc:///" + String(repeating: "a", count: 107), "absolute path"),
            ("tcp://jobs", "has no port"),
            ("tcp://jobs:", "no port from 0 to 65535"),
            ("tcp://jobs:65536", "no port from 0 to 65535"),
            ("tcp://jobs:-1", "no port from 0 to 65535"),
            ("tcp://jobs:+1", "no port from 0 to 65535"),
            ("tcp://jobs:80 ", "no port from 0 to 65535"),
            ("tcp://:80", "needs a host"),
            ("tcp://::1:80", "needs a host"),
            ("tcp://[::1]", "has no port"),
            ("tcp://a/b:80", "needs a host"),
            ("tls+tcp://jo bs:80", "needs a host"),
        ]
    )
    func refusing(text: String, problem: String) {
        do throws(MessagingAddressError) {
            _ = try MessagingAddress(parsing: text)
            Issue.record("was read")
        } catch {
            #expect(error.problem.contains(problem))
            #expect(error.description.contains(text.debugDescription))
        }
    }
}
