import ChainAdapter
import Hashing
import MiningDomain
import PayoutService
import Synchronization

struct SimulatedTransaction: Sendable {
    let identifier: Hash256
    let bytes: [UInt8]
    let inputs: [CoinReference]
    let outputs: [TransactionOutput]
    let fee: Amount
    /// Whether the operator made it by hand, behind the pool's back.
    let isForeign: Bool
}

struct SimulatedBlock: Sendable {
    let hash: Hash256
    let previous: Hash256
    let transactions: [Hash256]
}

/// The chain and the memory pool, as all honest nodes have them.
final class SimulatedNetwork: Sendable {
    static let startHeight = 200
    static let reorganisationDepthMax = 150

    struct State: Sendable {
        /// By height.
        var chain: [SimulatedBlock] = []
        /// What the last reorganisation took off, lowest first.
        var branch: [SimulatedBlock] = []
        /// In the order in which they came.
        var memoryPool: [Hash256] = []
        var transactions: [Hash256: SimulatedTransaction] = [:]
        /// Heights on the best chain.
        var mined: [Hash256: Int] = [:]
        var heights: [Hash256: Int] = [:]
        /// On the best chain.
        var spentBy: [CoinReference: Hash256] = [:]
        /// Coins that come from outside and are older than any reorganisation.
        var deposits: Set<CoinReference> = []
        /// The deepest that each transaction and each block of the pool was when the chain last became shorter.
        var deepest: [Hash256: Int] = [:]
        /// Blocks of the pool that nodes have, and where they stand.
        var ours: [Hash256: (previous: Hash256, height: Int)] = [:]

        var tip: SimulatedBlock { chain[chain.count - 1] }
        var height: Int { chain.count - 1 }
    }

    private let chance: Chance
    private let state: Mutex<State>

    init(_ chance: Chance) {
        self.chance = chance
        var chain = [SimulatedBlock(hash: chance.hash(), previous: .zero, transactions: [])]
        while chain.count <= Self.startHeight {
            chain.append(SimulatedBlock(hash: chance.hash(), previous: chain[chain.count - 1].hash, transactions: []))
        }
        let heights = Dictionary(uniqueKeysWithValues: chain.enumerated().map { ($1.hash, $0) })
        state = Mutex(State(chain: chain, heights: heights))
    }

    func read<Value>(_ body: (State) -> Value) -> Value { state.withLock { body($0) } }
    func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value { state.withLock { body(&$0) } }

    // MARK: - Blocks

    /// What blocks take of the memory pool.
    enum Filling {
        /// Some all, some a part, some nothing.
        case mixed
        case nothing
    }

    /// Blocks of others, or one of ours, on top of the best chain.
    func mine(_ count: Int, ours: Hash256? = nil, _ filling: Filling = .mixed) {
        for number in 0..<count {
            let hash = ours.flatMap { number == 0 ? $0 : nil } ?? chance.hash()
            let transactions = chosen(filling)
            state.withLock { state in
                state.connect(SimulatedBlock(hash: hash, previous: state.tip.hash, transactions: transactions))
            }
        }
    }

    private func chosen(_ filling: Filling) -> [Hash256] {
        switch filling {
        case .nothing: return []
        case .mixed:
            let state = read(\.self)
            switch chance.number(0...7) {
            case 0..<3: return state.memoryPool
            case 3..<6: return []
            case _:
                // Never what spends coins of one that is left waiting.
                return state.memoryPool.reduce(into: []) { taken, identifier in
                    let inputs = state.transactions[identifier]?.inputs ?? []
                    let isReady = inputs.allSatisfy {
                        !state.memoryPool.contains($0.transaction) || taken.contains($0.transaction)
                    }
                    if isReady, chance.happens(oneIn: 2) { taken.append(identifier) }
                }
            }
        }
    }

    /// Takes off so many blocks and puts one more in their place, now and then ones whose miners knew of no transactions;
    /// and now and then what was in them is lost, if it may be.
    func reorganise(depth: Int, mayForget: Bool = true) {
        let isForgotten = chance.happens(oneIn: 3) && mayForget
        state.withLock { state in
            state.noteDepths()
            let depth = min(depth, state.height - 1, Self.reorganisationDepthMax)
            state.branch = Array(state.chain.suffix(depth))
            for _ in 0..<depth { state.disconnect() }
            if isForgotten { for block in state.branch { for lost in block.transactions { state.forget(lost) } } }
        }
        mine(depth + 1, chance.happens(oneIn: 2) ? .nothing : .mixed)
    }

    /// Puts the branch back that the last reorganisation took off.
    func returnToBranch() {
        let missing: Int = state.withLock { state in
            guard let first = state.branch.first, let fork = state.heights[first.previous],
                state.height - fork <= Self.reorganisationDepthMax
            else { return 0 }
            state.noteDepths()
            let branch = state.branch
            let other = Array(state.chain[(fork + 1)...])
            for _ in other { state.disconnect() }
            for block in branch { state.connect(block) }
            state.branch = other
            return max(0, other.count - branch.count + 1)
        }
        mine(missing)
    }

    // MARK: - Transactions

    /// - Returns: Why the nodes refuse it; `nil` when they have it now.
    func accept(_ transaction: SimulatedTransaction) -> String? {
        state.withLock { $0.accept(transaction) }
    }

    /// The memory pool is full, or was lost: it forgets one, with what depends on it.
    func evict() {
        guard let victim = chance.pick(read(\.memoryPool)) else { return }
        state.withLock { $0.forget(victim) }
    }
}

extension SimulatedNetwork.State {
    mutating func connect(_ block: SimulatedBlock) {
        chain.append(block)
        heights[block.hash] = height
        for identifier in block.transactions {
            guard let transaction = transactions[identifier] else { continue }
            mined[identifier] = height
            for input in transaction.inputs { spentBy[input] = identifier }
        }
        memoryPool.removeAll { mined[$0] != nil }
        for identifier in memoryPool where !isPossible(identifier) { forget(identifier) }
    }

    /// The deepest that a transaction or a block of the pool has ever been; 0 for one that was never on the best chain.
    func depthEver(of hash: Hash256) -> Int {
        max(deepest[hash] ?? 0, (mined[hash] ?? heights[hash]).map { height - $0 + 1 } ?? 0)
    }

    /// Before the chain becomes shorter.
    mutating func noteDepths() {
        for hash in Array(mined.keys) + Array(ours.keys) { deepest[hash] = depthEver(of: hash) }
    }

    mutating func disconnect() {
        let block = chain.removeLast()
        heights[block.hash] = nil
        for identifier in block.transactions {
            mined[identifier] = nil
            for input in transactions[identifier]?.inputs ?? [] where spentBy[input] == identifier {
                spentBy[input] = nil
            }
        }
        memoryPool = block.transactions + memoryPool
    }

    mutating func accept(_ transaction: SimulatedTransaction) -> String? {
        let identifier = transaction.identifier
        if mined[identifier] != nil || memoryPool.contains(identifier) { return nil }
        let rivals = memoryPool.compactMap { transactions[$0] }.filter { rival in
            rival.inputs.contains { transaction.inputs.contains($0) }
        }
        guard rivals.allSatisfy({ $0.fee < transaction.fee && !$0.isForeign }) else { return "txn-mempool-conflict" }
        guard transaction.inputs.allSatisfy({ exists($0) && spentBy[$0] == nil }) else {
            return "bad-txns-inputs-missingorspent"
        }
        transactions[identifier] = transaction
        for rival in rivals { forget(rival.identifier) }
        memoryPool.append(identifier)
        return nil
    }

    mutating func forget(_ identifier: Hash256) {
        memoryPool.removeAll { $0 == identifier }
        for other in memoryPool
        where transactions[other]?.inputs.contains(where: { $0.transaction == identifier }) == true {
            forget(other)
        }
    }

    /// Whether a coin was made by something that nodes know.
    func exists(_ coin: CoinReference) -> Bool {
        deposits.contains(coin) || mined[coin.transaction] != nil || memoryPool.contains(coin.transaction)
    }

    /// The height at which one that is not mined was made impossible: where another spent its coins, or the coins of those
    /// that its own come from.
    func overtaken(_ identifier: Hash256, _ inputs: [Hash256: [CoinReference]]) -> Int? {
        guard mined[identifier] == nil, let coins = inputs[identifier] else { return nil }
        return coins.compactMap { coin in
            spentBy[coin].flatMap { mined[$0] } ?? overtaken(coin.transaction, inputs)
        }.min()
    }

    private func isPossible(_ identifier: Hash256) -> Bool {
        transactions[identifier]?.inputs.allSatisfy { exists($0) && spentBy[$0] == nil } ?? false
    }
}
