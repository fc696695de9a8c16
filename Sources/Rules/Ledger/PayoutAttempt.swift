/// The life of one payout transaction.
///
/// A pure value: it decides, the service acts. Money is sent at most once: every retry sends bytes that are stored, all
/// versions of a payout's transaction spend the same coins, and money goes back only when none of them can be mined.
package struct PayoutAttempt: Hashable, Sendable {
    package enum State: String, CaseIterable, Hashable, Sendable {
        /// Decided; no money is set aside yet. Next: `reserved`, `cancelled`.
        case planned
        /// Money is set aside, nothing was signed. Next: `signed`, once the transaction is stored, or `cancelled`.
        case reserved
        /// The transaction is stored, and may or may not have reached the network. Next: `broadcast`, or any below.
        case signed
        /// The network has it. Next: `confirmed`, `stuck`, `conflicted`.
        case broadcast
        /// Buried, and settled in the ledger. Next: `broadcast`, should the chain be reorganised deeper than that.
        case confirmed
        /// The network refuses it, or leaves it lying at the highest fee that it may have: a person must look.
        ///
        /// Next: `confirmed` or `conflicted` by the chain, `signed` by a person.
        case stuck
        /// Another transaction has spent its coins, as deep as a payout must be buried: a person must look.
        ///
        /// It is never paid again by itself. Next: `confirmed` by the chain, `cancelled` or `signed` by a person.
        case conflicted
        /// The end: never signed, or proven dead; its money went back to where it came from.
        case cancelled

        /// Whether nothing is left to be done for it, unless a reorganisation undoes what was done.
        package var isFinal: Bool { self == .confirmed || self == .cancelled }
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
        /// Another transaction on the best chain has spent its inputs, as deep as a payout must be buried.
        case conflicted
        /// It was buried and settled, and is on the best chain no more.
        case gone
        /// It has waited longer than it should, and its fee cannot be raised.
        case overdue
        /// A person has it tried again.
        case retried
        /// A person, or a plan that cannot be carried out, gives it up.
        case cancelled
    }

    package enum Effect: Hashable, Sendable {
        /// Send the same bytes again.
        case broadcast
        /// Post the payout as paid.
        case settle
        /// Post, by new transfers, that it is not paid after all.
        case takeBack
        /// Give its money back to the balances that it was taken from, and its coins free.
        case giveBack
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
        case .broadcast, .stuck, .conflicted: .observe
        case .confirmed, .cancelled: .nothing
        }
    }

    package mutating func handle(_ news: News) -> [Effect] {
        switch state {
        case .planned, .reserved: unsigned(news)
        case .signed, .broadcast: underWay(news)
        case .stuck, .conflicted: halted(news)
        case .confirmed: settled(news)
        case .cancelled: []
        }
    }

    private mutating func unsigned(_ news: News) -> [Effect] {
        switch (state, news) {
        case (.planned, .reserved):
            state = .reserved
            return []
        case (.reserved, .stored):
            state = .signed
            return []
        case (_, .cancelled):
            state = .cancelled
            return [.giveBack]
        case _:
            return []  // late or repeated
        }
    }

    private mutating func underWay(_ news: News) -> [Effect] {
        switch news {
        case .accepted, .waiting:
            state = .broadcast
            refusalCount = 0
            return []
        case .buried(let depth):
            refusalCount = 0
            state = depth >= depthRequired ? .confirmed : .broadcast
            return depth >= depthRequired ? [.settle] : []
        case .missing:
            return [.broadcast]
        case .refused:
            refusalCount += 1
            guard refusalCount >= Self.refusalCountMax else { return [] }
            state = .stuck
            return [.alert]
        case .overdue:
            state = .stuck
            return [.alert]
        case .conflicted:
            state = .conflicted
            return [.alert]
        case .reserved, .stored, .unclear, .gone, .retried, .cancelled:
            return []  // late, nothing known, or not to be decided any more
        }
    }

    private mutating func halted(_ news: News) -> [Effect] {
        switch (state, news) {
        case (_, .buried(let depth)) where depth >= depthRequired:
            state = .confirmed
            return [.settle]
        case (.stuck, .conflicted):
            state = .conflicted
            return [.alert]
        case (.stuck, .missing):
            return [.broadcast]  // evicted, or never taken: the same bytes do no harm
        case (_, .retried):
            state = .signed
            refusalCount = 0
            return []
        case (.conflicted, .cancelled):
            state = .cancelled
            return [.giveBack]
        case _:
            return []  // only the chain or a person leads on from here
        }
    }

    private mutating func settled(_ news: News) -> [Effect] {
        guard news == .gone else { return [] }  // late or repeated
        // Its bytes are sent again, and its coins stay its own: whoever signed another one could pay twice.
        state = .broadcast
        refusalCount = 0
        return [.takeBack, .alert]
    }
}
