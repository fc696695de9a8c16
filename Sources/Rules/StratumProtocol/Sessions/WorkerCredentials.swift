package import BlockFormat
package import MiningDomain

/// Whom a worker's shares are credited to: `address` or `address.worker`, as miners authorize.
package struct WorkerCredentials: Hashable, Sendable {
    /// What a worker is called that does not say.
    package static let defaultWorker = "default"

    package let address: Address
    package let worker: WorkerName

    /// Reads a name; everything after its first point is the worker's.
    ///
    /// - Throws: `.badAddress` or `.badWorkerName`.
    package init(_ name: String, on network: Network) throws(StratumError) {
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let text = parts.first, text.utf8.count <= Address.byteCountMax,
            let address = Address(String(text), on: network)
        else { throw .badAddress }
        // Some programs leave the point when the worker has no name.
        let worker = parts.count > 1 && !parts[1].isEmpty ? String(parts[1]) : Self.defaultWorker
        guard let worker = WorkerName(worker) else { throw .badWorkerName }
        self.address = address
        self.worker = worker
    }
}
