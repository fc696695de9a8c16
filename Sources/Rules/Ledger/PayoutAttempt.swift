/// The life of one payout transaction.
///
/// A pure value: it decides, the service acts. Money is sent at most once, because a second transaction is never built
/// once the first was signed: every retry sends the same bytes.
package struct PayoutAttempt: Hashable, Sendable {
    package enum State: String, CaseIterable, Hashable, Sendable {
        /// Decided; no money is set aside yet. Next: `reserved`.
        case planned
        /// Money is set aside, nothing was signed. Next: `signed`, once the transaction is stored.
        case reserved
        /// The transaction is stored, and may or may not have reached the network. Next: `broadcast`, `stopped`.
        case signed
        /// The network has it. Next: `confirmed`, `stopped`.
        case broadcast
        /// The end: buried, and settled in the ledger.
        case confirmed
        /// A person must look. Only the chain itself leads on from here, to `confirmed`.
        case stopped
    }

    /// What to do next.
    package enum Step: Hashable, Sendable {
        case reserve
        /// Build, sign and store; broadcast only what is stored.
        case sign
        /// Send the stored bytes.
        case broadcast
        /// Ask the network about the transaction.
        case observe
        case nothing
    }

    package enum News: Hashable, Sendable {
        case reserved
        /// The signed transaction is stored.
        case stored
        /// A node has the transaction, now or since before.
        case accepted
        /// A node gave no answer: whether it has the transaction is unknown.
        case unclear
        /// A node refuses the transaction, and does not know it either.
        case refused
        /// In a block of the best chain, which counts as 1.
        case buried(depth: UInt32)
        /// Waiting in the memory pool.
        case waiting
        /// No node knows it.
        case missing
        /// Another transaction on the best chain has spent its inputs.
        case conflicted
    }

    package enum Effect: Hashable, Sendable {
        /// Send the same bytes again.
        case broadcast
        /// Post the payout as paid.
        case settle
        /// Call a person.
        case alert
    }

    /// How many refusals in a row stop a payout: a full memory pool passes, a transaction that cannot be mined does not.
    package static let refusalCountMax = 10

    package private(set) var state: State
    package private(set) var refusalCount: Int
    private let depthRequired: UInt32

    package init(depthRequired: UInt32, state: State = .planned, refusalCount: Int = 0) {
        precondition(depthRequired > 0)
        self.depthRequired = depthRequired
        self.state = state
        self.refusalCount = refusalCount
    }

    package var next: Step {
        switch state {
        case .planned: .reserve
        case .reserved: .sign
        case .signed: .broadcast
        case .broadcast, .stopped: .observe
        case .confirmed: .nothing
        }
    }

    package mutating func handle(_ news: News) -> [Effect] {
        switch (state, news) {
        case (.planned, .reserved):
            state = .reserved
            return []
        case (.reserved, .stored):
            state = .signed
            return []
        case (.signed, .accepted), (.signed, .waiting):
            state = .broadcast
            refusalCount = 0
            return []
        case (.broadcast, .accepted), (.broadcast, .waiting):
            refusalCount = 0
            return []
        case (.signed, .buried(let depth)), (.broadcast, .buried(let depth)):
            refusalCount = 0
            state = depth >= depthRequired ? .confirmed : .broadcast
            return depth >= depthRequired ? [.settle] : []
        case (.stopped, .buried(let depth)):
            guard depth >= depthRequired else { return [] }
            state = .confirmed
            return [.settle]
        case (.signed, .missing), (.broadcast, .missing):
            return [.broadcast]
        case (.signed, .refused), (.broadcast, .refused):
            refusalCount += 1
            guard refusalCount >= Self.refusalCountMax else { return [] }
            state = .stopped
            return [.alert]
        case (.signed, .conflicted), (.broadcast, .conflicted):
            state = .stopped
            return [.alert]
        case (_, .unclear), (.stopped, _), (.confirmed, _):
            return []  // nothing known, or nothing to decide
        case (.planned, _), (.reserved, _), (.signed, _), (.broadcast, _):
            return []  // late or repeated news changes nothing
        }
    }
}
