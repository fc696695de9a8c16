package import Bins
package import BlockFormat
package import Messaging
package import MiningDomain

/// How one replica of the job service behaves.
package struct JobServiceSettings: Sendable {
    package let network: Network
    /// Where jobs are kept; this replica's alone.
    package let folder: String
    /// Where it answers calls.
    package let listening: [MessagingAddress]
    /// Where it publishes new jobs.
    package let publishing: [MessagingAddress]
    /// This replica's number, different for each one of a pool: part of its job ids and its extranonces.
    package var replica: UInt8 = 0
    /// What the pool writes into its blocks' coinbase; at most 64 bytes.
    package var tag = Array("/lode/".utf8)
    /// How hard a share is, on the scale that stratum miners of the network's algorithm use.
    package var shareDifficulty = Difficulty.one
    package var bins = BinRules()
    /// How often the node is asked for its tip, whatever the long poll says.
    package var pollInterval = Duration.seconds(1)
    /// How old a job may become before a new one takes in new transactions.
    package var refreshInterval = Duration.seconds(30)
    /// A job on the same tip is not replaced sooner than this.
    package var refreshMinimum = Duration.seconds(5)
    /// How long nodes must insist on a lower height, or on a tip that was left already, until that is believed.
    package var doubtInterval = Duration.seconds(60)
    /// How long a job is kept after it was made: longer than the longest lease of it.
    package var keepInterval = Duration.seconds(1_200)
    /// How long a session may search under its extranonce1 before that must be renewed.
    package var sessionLifetime = Duration.seconds(86_400)
    /// How long to wait after a failure before asking again.
    package var retryInterval = Duration.seconds(1)

    package init(
        network: Network,
        folder: String,
        listening: [MessagingAddress],
        publishing: [MessagingAddress]
    ) {
        self.network = network
        self.folder = folder
        self.listening = listening
        self.publishing = publishing
    }
}
