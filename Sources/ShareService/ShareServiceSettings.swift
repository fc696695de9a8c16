package import Messaging

/// How one replica of the ShareService works.
package struct ShareServiceSettings: Sendable {
    /// How long the ledger, the ChainWatcher and the JobService get for an answer before they count as away.
    ///
    /// What they should have is then kept on disk. Less than a Gateway waits for verdicts.
    package static let peerTime = Duration.seconds(3)

    /// Where it answers calls.
    package var listening: [MessagingAddress]
    /// This replica's own folder: shares and blocks that wait for another service.
    package var dataFolder: String
    /// How long a lost job event may go unnoticed.
    package var jobPollInterval: Duration
    /// How soon a service that was away is tried again.
    package var retryInterval: Duration
    /// Bytes of shares on disk that wait for the ledger; past it no share is accepted.
    package var spoolByteCountMax: UInt64
    /// Proofs whose repeats are known without asking the ledger; about 100 bytes of memory each.
    package var rememberedProofCountMax: Int
    /// Threads for proof hashes: one a core.
    package var hashingThreadCount: Int

    package init(
        listening: [MessagingAddress],
        dataFolder: String,
        jobPollInterval: Duration = .seconds(5),
        retryInterval: Duration = .seconds(1),
        spoolByteCountMax: UInt64 = 256 << 20,
        rememberedProofCountMax: Int = 1_000_000,
        hashingThreadCount: Int = 2
    ) {
        self.listening = listening
        self.dataFolder = dataFolder
        self.jobPollInterval = jobPollInterval
        self.retryInterval = retryInterval
        self.spoolByteCountMax = spoolByteCountMax
        self.rememberedProofCountMax = rememberedProofCountMax
        self.hashingThreadCount = hashingThreadCount
    }
}
