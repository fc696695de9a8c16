internal import Hashing
internal import Messages

/// What every judge has done for it: jobs that are not known here are asked for, and solved blocks are sent on their way.
struct JudgesClerk: Sendable {
    let jobs: JobKeeper
    let desk: BlockDesk

    /// Finds jobs.
    ///
    /// - Parameters:
    ///   - ids: The jobs that shares came for.
    ///   - solved: The blocks that are solved by shares of known jobs: they go out while the other jobs are asked for.
    /// - Returns: What is known of each, and what went wrong with asking or with the blocks.
    func entries(
        _ ids: Set<UInt64>,
        solved: ([UInt64: JobBook.Entry]) async -> [Hash256: BlockCandidate]
    ) async -> (entries: [UInt64: JobBook.Entry], failure: RPCError?) {
        let entries = jobs.entries(ids)
        let unknown = entries.filter { if case .unknown = $0.value { true } else { false } }.map(\.key)
        guard !unknown.isEmpty else { return (entries, nil) }
        let candidates = await solved(entries)
        async let submitted = submit(candidates)
        let failure = await jobs.fetch(unknown)
        return (jobs.entries(ids), await submitted ?? failure)
    }

    /// - Returns: Why a block is neither on its way nor on the disk.
    func submit(_ candidates: [Hash256: BlockCandidate]) async -> RPCError? {
        guard !candidates.isEmpty else { return nil }
        do throws(RPCError) {
            try await desk.submit(candidates)
            return nil
        } catch {
            return error
        }
    }
}
