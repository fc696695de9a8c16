/// The services, by the name of their command.
enum ServiceRole: String, CaseIterable {
    case gateway
    case jobs
    case shares
    case chain
    case payouts

    /// One line, without a full stop.
    var summary: String {
        switch self {
        case .gateway: "Run the service that miners talk to"
        case .jobs: "Run the service that builds work from the node's templates and leases slices of it"
        case .shares: "Run the service that judges proofs of work"
        case .chain: "Run the service that submits blocks and follows their fate"
        case .payouts: "Run the service that keeps the ledger and pays"
        }
    }

    /// For someone who has not run it before.
    var explanation: String {
        switch self {
        case .gateway:
            """
            Serves HTTP on gateway.listen. Needs the job, share and payout services (connect.jobs, connect.job_events, \
            connect.shares, connect.ledger, connect.chain_events). Holds no database credentials and no wallet; any \
            number may run behind one address.
            """
        case .jobs:
            """
            Needs a full node (nodes) and the payout service (connect.ledger), which knows where rewards go. Answers on \
            listen.jobs and announces on listen.job_events. Each replica needs a jobs.replica of its own.
            """
        case .shares:
            """
            Needs the job, chain and payout services (connect.jobs, connect.job_events, connect.blocks, \
            connect.ledger). Answers on listen.shares. Any number may run; each keeps a spool in a data folder of its own.
            """
        case .chain:
            """
            Needs a full node (nodes), and the job and payout services (connect.jobs, connect.ledger). Answers on \
            listen.blocks and announces on listen.chain_events.
            """
        case .payouts:
            """
            Needs PostgreSQL (postgres.url, or a private one in its data folder) and a full node with the pool's wallet \
            (nodes, wallet.name). Answers on listen.ledger. Only one of several replicas pays at a time.
            """
        }
    }

    /// Where /healthz, /readyz and /metrics are served unless `admin.listen` says otherwise.
    var adminPort: UInt16 {
        switch self {
        case .gateway: 9_091
        case .jobs: 9_092
        case .shares: 9_093
        case .chain: 9_094
        case .payouts: 9_095
        }
    }
}

/// What one process runs.
enum Assignment {
    /// All five, which then find each other inside the process.
    case all
    case one(ServiceRole)

    var name: String {
        switch self {
        case .all: "all"
        case .one(let role): role.rawValue
        }
    }

    var roles: [ServiceRole] {
        switch self {
        case .all: ServiceRole.allCases
        case .one(let role): [role]
        }
    }

    var adminPort: UInt16 {
        switch self {
        case .all: 9_090
        case .one(let role): role.adminPort
        }
    }
}
