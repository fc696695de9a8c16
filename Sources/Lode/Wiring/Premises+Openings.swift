import ChainAdapter
import Configuration
import Messages
import Messaging
import ServiceRuntime

/// What several services open in the same way.
extension Premises {
    /// How long one service waits for another's answer.
    static let callTimeout: Duration = .seconds(10)

    /// The way to all job services.
    func jobsChannel() throws -> RPCClient { try dial(addresses.jobs, limits: .jobs) }
    /// The way to all share services.
    func sharesChannel() throws -> RPCClient { try dial(addresses.shares) }
    /// The way to all payout services.
    func ledgerChannel() throws -> RPCClient { try dial(addresses.ledger) }

    func jobs(within timeout: Duration = callTimeout) throws -> JobsClient {
        JobsClient(try jobsChannel(), timeout: timeout)
    }

    func ledger(within timeout: Duration = callTimeout) throws -> LedgerClient {
        LedgerClient(try ledgerChannel(), timeout: timeout)
    }

    func blocks(within timeout: Duration = callTimeout) throws -> BlocksClient {
        BlocksClient(try dial(addresses.blocks), timeout: timeout)
    }

    /// The full nodes, with lines of this caller's own.
    func nodes(for service: String) -> NodeList {
        var limits = Node.Limits()
        limits.query = configuration[Keys.nodeTimeout]
        let nodes = NodeEndpoints.endpoints(configuration).map { Node($0, network: network, limits: limits) }
        return NodeList(nodes, surroundings: surroundings.named(service))
    }

    /// Hints of one topic.
    func hints<Body>(_ line: ServiceAddresses.Line, topic: String) throws -> Subscriber<Body> {
        try Subscriber(dialing: line.dialing, topic: topic, limits: .jobs)
    }

    private func dial(_ line: ServiceAddresses.Line, limits: RPCLimits = .standard) throws -> RPCClient {
        try RPCClient(dialing: line.dialing, limits: limits, metrics: surroundings.metrics)
    }
}
