package import MiningDomain

/// The difficulties of one session, as they were sent.
///
/// A share's difficulty follows from its job and its time alone, both of which are hashed: whoever searches has chosen
/// before the hash is known, and no later choice of words changes what a find is worth.
package struct DifficultyEpochs: Sendable {
    package struct Epoch: Hashable, Sendable {
        /// The first job that was sent with it.
        package let firstJob: JobID
        /// Of that job, the first time in the header that belongs to it.
        package let firstTime: UInt32
        package let difficulty: Difficulty
        package let target: Target
    }

    /// More changes than this are not made while the jobs of the first are alive.
    package static let countMax = 16

    /// From the oldest to the newest, by job and time.
    package private(set) var epochs: [Epoch] = []

    package init() {}

    package var newest: Epoch? { epochs.last }

    /// Begins a new epoch, which must come after all others.
    ///
    /// - Parameters:
    ///   - firstJob: The job that goes out with it.
    ///   - firstTime: Zero for a job that was not sent before: it belongs wholly to the new epoch. For one that is sent
    ///     again, the later time that it is sent with.
    ///   - difficulty: What is announced.
    ///   - target: What shares are judged at.
    /// - Returns: `false`, with nothing changed, when it does not come after all others or when there are `countMax`: then
    ///   the difficulty stays as it is.
    package mutating func append(
        firstJob: JobID,
        firstTime: UInt32,
        difficulty: Difficulty,
        target: Target
    ) -> Bool {
        guard epochs.count < Self.countMax else { return false }
        if let newest, !newest.isBefore(firstJob, firstTime) { return false }
        epochs.append(Epoch(firstJob: firstJob, firstTime: firstTime, difficulty: difficulty, target: target))
        return true
    }

    /// The epoch that a share belongs to.
    ///
    /// - Returns: `nil` when the job is older than everything that was sent.
    package func epoch(forJob job: JobID, time: UInt32) -> Epoch? {
        for index in epochs.indices.reversed() where !epochs[index].isAfter(job, time) { return epochs[index] }
        return nil
    }

    /// Forgets epochs that no share of a job from `oldestJob` on can belong to.
    package mutating func prune(oldestJob: JobID) {
        guard let first = epochs.indices.last(where: { !epochs[$0].isAfter(oldestJob, 0) }), first > 0 else { return }
        epochs.removeFirst(first)
    }
}

extension DifficultyEpochs.Epoch {
    fileprivate func isBefore(_ job: JobID, _ time: UInt32) -> Bool { (firstJob, firstTime) < (job, time) }
    fileprivate func isAfter(_ job: JobID, _ time: UInt32) -> Bool { (firstJob, firstTime) > (job, time) }
}
