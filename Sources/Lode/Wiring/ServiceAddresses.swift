import Configuration
import Messaging

/// Where the services of one process listen, and where they find their colleagues.
struct ServiceAddresses {
    /// One thing that a service listens for.
    struct Line {
        let listening: MessagingAddress
        let dialing: [MessagingAddress]
    }

    let jobs: Line
    let jobEvents: Line
    let shares: Line
    let blocks: Line
    let chainEvents: Line
    let ledger: Line

    init(_ configuration: PoolConfiguration, for assignment: Assignment) throws {
        let exchange = InProcessExchange()
        func line(
            _ listen: ConfigurationKey<String>,
            _ connect: ConfigurationKey<[String]>,
            _ name: String,
            port: UInt16
        ) throws -> Line {
            let standard =
                switch assignment {
                case .all: "inproc://\(name)"
                case .one: "tcp://127.0.0.1:\(port)"
                }
            let listening = configuration[listen].isEmpty ? standard : configuration[listen]
            let dialing = configuration[connect].isEmpty ? [listening] : configuration[connect]
            return Line(
                listening: try Self.address(listening, listen, configuration).within(exchange),
                dialing: try dialing.map { try Self.address($0, connect, configuration).within(exchange) }
            )
        }
        jobs = try line(Keys.Listen.jobs, Keys.Connect.jobs, "jobs", port: Keys.Listen.jobsPort)
        jobEvents = try line(
            Keys.Listen.jobEvents,
            Keys.Connect.jobEvents,
            "job-events",
            port: Keys.Listen.jobEventsPort
        )
        shares = try line(Keys.Listen.shares, Keys.Connect.shares, "shares", port: Keys.Listen.sharesPort)
        blocks = try line(Keys.Listen.blocks, Keys.Connect.blocks, "blocks", port: Keys.Listen.blocksPort)
        chainEvents = try line(
            Keys.Listen.chainEvents,
            Keys.Connect.chainEvents,
            "chain-events",
            port: Keys.Listen.chainEventsPort
        )
        ledger = try line(Keys.Listen.ledger, Keys.Connect.ledger, "ledger", port: Keys.Listen.ledgerPort)
    }

    private static func address<Value>(
        _ text: String,
        _ key: ConfigurationKey<Value>,
        _ configuration: PoolConfiguration
    ) throws -> MessagingAddress {
        do {
            return try MessagingAddress(parsing: text)
        } catch {
            throw configuration.error(at: key, "cannot be used: \(error)")
        }
    }
}
