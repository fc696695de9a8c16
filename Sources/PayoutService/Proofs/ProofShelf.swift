internal import Hashing
internal import Ledger
internal import Messages
internal import PostgresClient

/// The trees of the blocks that were asked about last: making one takes a moment when a block has many accounts.
///
/// One is made at a time, however many strangers ask.
actor ProofShelf {
    /// Leaves of all trees on the shelf together, some 300 bytes each; a larger tree stands there alone.
    static let leafCountMax = 200_000
    /// Questions that wait for a tree.
    static let waitingCountMax = 256

    struct Entry {
        let height: UInt32
        let scheme: String
        let tree: CreditTree
    }

    /// - Returns: A block's root, `nil` without one: it becomes another when the reward turns out to be less.
    typealias Root = @Sendable (Hash256) async throws(PostgresError) -> Hash256?
    typealias Read = @Sendable (Hash256) async throws(PostgresError) -> KeptCredits?

    private let root: Root
    private let read: Read
    private let leafCountMax: Int
    private let waitingCountMax: Int
    /// The one that was asked for last stands last.
    private var entries: [Entry] = []
    private var isMaking = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(
        leafCountMax: Int = ProofShelf.leafCountMax,
        waitingCountMax: Int = ProofShelf.waitingCountMax,
        root: @escaping Root,
        read: @escaping Read
    ) {
        self.leafCountMax = leafCountMax
        self.waitingCountMax = waitingCountMax
        self.root = root
        self.read = read
    }

    /// - Throws: `.notFound` for a block that was never credited, `.dataLoss` when what is kept is not what was published,
    ///   `.resourceExhausted` while too many wait.
    func entry(of block: Hash256) async throws(RPCError) -> Entry {
        let root = try await published(of: block)
        while true {
            if let found = entries.firstIndex(where: { $0.tree.block == block && $0.tree.root == root }) {
                let entry = entries.remove(at: found)
                entries.append(entry)
                return entry
            }
            guard isMaking else { break }
            guard waiting.count < waitingCountMax else { throw .resourceExhausted("too many ask for proofs") }
            await withCheckedContinuation { waiting.append($0) }
        }
        isMaking = true
        defer {
            isMaking = false
            for waiter in waiting { waiter.resume() }
            waiting = []
        }
        return shelve(try await made(block))
    }

    /// Blocks on the shelf, the one that was asked for last at the end.
    var blocks: [Hash256] { entries.map(\.tree.block) }

    private func published(of block: Hash256) async throws(RPCError) -> Hash256 {
        do throws(PostgresError) {
            if let root = try await root(block) { return root }
        } catch {
            throw RPCError(error)
        }
        throw .notFound("no credits of this block")
    }

    private func made(_ block: Hash256) async throws(RPCError) -> Entry {
        let kept: KeptCredits?
        do throws(PostgresError) {
            kept = try await read(block)
        } catch {
            throw RPCError(error)
        }
        guard let kept else { throw .notFound("no credits of this block") }
        guard let tree = try? CreditTree(block: block, leaves: kept.credits.leaves(seed: kept.seed)),
            tree.root == kept.root
        else { throw RPCError(.dataLoss, "the credits kept of \(block) are not those that were published") }
        return Entry(height: kept.height, scheme: kept.scheme, tree: tree)
    }

    private func shelve(_ entry: Entry) -> Entry {
        entries.removeAll { $0.tree.block == entry.tree.block }
        entries.append(entry)
        var leafCount = entries.reduce(0) { $0 + $1.tree.leaves.count }
        while leafCount > leafCountMax, entries.count > 1 { leafCount -= entries.removeFirst().tree.leaves.count }
        return entry
    }
}
