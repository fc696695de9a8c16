internal import BlockFormat
internal import Hashing
internal import Ledger
internal import Messages
internal import MiningDomain

/// A block report whose every field was looked at.
struct CheckedReport: Sendable {
    /// Bytes of a node's reason that are kept.
    private static let reasonByteCountMax = 500

    let hash: Hash256
    let height: UInt32
    let jobID: UInt64
    let finder: AccountName?
    let finderWorker: String
    let state: String
    let news: BlockMoney.News
    let confirmations: UInt32
    let reward: Amount
    let networkWork: Work
    let foundAtMs: UInt64
    /// When the chain was asked; 0 when that is not told.
    let seenAtMs: UInt64
    let reason: String

    init(_ report: BlockReport, on network: Network) throws(RPCError) {
        guard let hash = Hash256(report.hash) else { throw .invalidArgument("hash is not 32 bytes") }
        guard let target = Target(bigEndian: report.networkTarget), target.value != .zero else {
            throw .invalidArgument("network_target is not 32 bytes above zero")
        }
        let reward = Amount(units: report.reward)
        guard reward <= network.amountMax else { throw .invalidArgument("reward is more than there can be") }
        if let client = report.finder {
            finder = try client.checked(on: network)
            finderWorker = client.worker
        } else {
            finder = nil
            finderWorker = ""
        }
        switch report.state {
        case .submitted: news = .submitted
        case .accepted, .confirmed: news = .onChain(confirmations: report.confirmations)
        case .rejected: news = .rejected
        case .orphaned: news = .orphaned
        case .unspecified: throw .invalidArgument("state is not given")
        }
        self.hash = hash
        self.reward = reward
        height = report.height
        jobID = report.jobID
        state = report.state.name
        confirmations = report.confirmations
        networkWork = target.work
        foundAtMs = report.foundAtMs
        seenAtMs = report.seenAtMs
        reason = String(decoding: report.reason.utf8.filter { $0 != 0 }.prefix(Self.reasonByteCountMax), as: UTF8.self)
    }
}

extension Client {
    /// - Returns: The account, whose text is the address's canonical one.
    func checked(on network: Network) throws(RPCError) -> AccountName {
        guard let address = Address(address, on: network), address.text == self.address,
            let account = AccountName(self.address)
        else { throw .invalidArgument("client.address is no canonical address of \(network)") }
        guard WorkerName(worker) != nil else { throw .invalidArgument("client.worker is no worker's name") }
        guard clientID.count == Self.clientIDByteCount else {
            throw .invalidArgument("client.client_id is not 16 bytes")
        }
        return account
    }

    static let clientIDByteCount = 16
}

extension BlockState {
    /// As the database keeps it.
    var name: String {
        switch self {
        case .unspecified: "unspecified"
        case .submitted: "submitted"
        case .accepted: "accepted"
        case .rejected: "rejected"
        case .orphaned: "orphaned"
        case .confirmed: "confirmed"
        }
    }

    init(name: String) {
        self = BlockState.allCases.first { $0.name == name } ?? .unspecified
    }
}
