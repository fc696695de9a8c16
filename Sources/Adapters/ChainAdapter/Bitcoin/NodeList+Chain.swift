package import Hashing
package import MiningDomain

/// The best chain as one node had it at one moment.
package struct ChainSnapshot: Hashable, Sendable {
    package let height: UInt32
    package let bestBlockHash: Hash256
    package let chainWork: UInt256
    /// The blocks at the heights asked for, as far as the chain reaches.
    package let hashes: [UInt32: Hash256]

    package init(height: UInt32, bestBlockHash: Hash256, chainWork: UInt256, hashes: [UInt32: Hash256]) {
        self.height = height
        self.bestBlockHash = bestBlockHash
        self.chainWork = chainWork
        self.hashes = hashes
    }
}

extension NodeList {
    /// Tries for a moment without a new block: more in a row are hardly possible.
    private static let snapshotAttemptCountMax = 4

    /// The chain with the most work among those of all nodes that answer; of equals, the first node's.
    ///
    /// - Throws: `.notReady` when all that answer still download the chain: they cannot tell what is on it.
    package func tip() async throws(NodeError) -> ChainInformation {
        try await best().information
    }

    /// The blocks at `heights` on the best chain, all of the same moment.
    package func snapshot(at heights: Set<UInt32>) async throws(NodeError) -> ChainSnapshot {
        for _ in 0..<Self.snapshotAttemptCountMax {
            let (node, information) = try await best()
            let hashes = try await node.blockHashes(at: heights.filter { $0 <= information.height })
            // Nothing moved meanwhile: all of it belongs to one chain.
            guard try await node.bestBlockHash() == information.bestBlockHash else { continue }
            return ChainSnapshot(
                height: information.height,
                bestBlockHash: information.bestBlockHash,
                chainWork: information.chainWork,
                hashes: hashes
            )
        }
        throw .noAnswer("the chain changed faster than it could be read")
    }

    private func best() async throws(NodeError) -> (node: Node, information: ChainInformation) {
        let views = await survey()
        var best: (node: Node, information: ChainInformation)?
        var error = NodeError.unreachable("no node answered")
        for (node, view) in views {
            switch view {
            case .success(let information) where information.isSyncing:
                error = .notReady(code: RPCCode.initialDownload, message: "It is in initial sync.")
            case .success(let information):
                guard let known = best else {
                    best = (node, information)
                    continue
                }
                if information.chainWork > known.information.chainWork { best = (node, information) }
            case .failure(let failure): error = failure
            }
        }
        guard let best else { throw error }
        return best
    }
}
