package import BlockFormat
package import Messaging

/// How one replica of the chain watcher behaves.
package struct ChainWatcherSettings: Sendable {
    package let network: Network
    /// Where candidates are kept until their fate is known; this replica's alone.
    package let folder: String
    /// Where it answers calls.
    package let listening: [MessagingAddress]
    /// Where it publishes changes of the chain and of our blocks.
    package let publishing: [MessagingAddress]
    /// How often every watched block is looked up, even when nothing seems to change.
    package var pollInterval = Duration.seconds(60)
    /// How often the nodes are asked for their tips; a changed one is looked into at once.
    package var tipInterval = Duration.seconds(5)
    /// Confirmations that make a block of ours confirmed; never below the chain's own maturity.
    package let confirmationCount: UInt32
    /// How long nodes may show less work than was seen before, as after a failover to one that lags, until that is
    /// believed: money is not moved for the sake of a node that will catch up.
    package var lagPatience = Duration.seconds(600)
    /// How long a new candidate's finder waits for the nodes' answers; the block is on disk before.
    package var submitTimeout = Duration.seconds(2)
    /// How long to wait before a report that the ledger did not take is sent again.
    package var reportRetryInterval = Duration.seconds(2)

    /// A confirmation count below the chain's maturity is raised to that.
    package init(
        network: Network,
        folder: String,
        listening: [MessagingAddress],
        publishing: [MessagingAddress],
        confirmationCount: UInt32 = 100
    ) {
        self.network = network
        self.listening = listening
        self.publishing = publishing
        self.folder = folder
        self.confirmationCount = max(confirmationCount, network.coinbaseMaturity)
    }
}
