import BlockFormat
import Hashing

/// Lets one long poll at a time through to a node, and none while the node may still hold an abandoned one.
///
/// Bitcoin Core keeps an RPC thread for a long poll until its tip or its mempool changes, whether or not anybody still
/// waits for the answer. On a quiet chain abandoned long polls would use up all of its threads, and then it takes no
/// block any more. Nor does it know who was killed: so there is none before the tip has changed once, which ends whatever
/// earlier runs left behind. However often this program is started, it leaves one behind at most.
///
/// A pure value: the node tells it what happened, and asks.
struct LongPollGate: Hashable, Sendable {
    /// Of the last template; `nil` while there is none, or its node has no long polls.
    private(set) var longPollID: String?
    /// As the node last named it, in any answer.
    private var tip: Hash256?
    private var isPending = false
    /// An earlier run's, too: it may have been killed.
    private var isAbandoned = true

    /// Takes down a template that the node gave.
    mutating func received(_ template: BlockTemplate) {
        longPollID = template.longPollID
        saw(tip: template.previousHash)
    }

    /// Takes down the node's tip: another than before has ended whatever waited for it.
    mutating func saw(tip: Hash256) {
        guard tip != self.tip else { return }
        if self.tip != nil { isAbandoned = false }
        self.tip = tip
    }

    /// - Returns: What to long poll with; `nil` when there must be no long poll now.
    mutating func enter() -> String? {
        guard !isPending, !isAbandoned, let longPollID else { return nil }
        isPending = true
        return longPollID
    }

    /// Ends what `enter` began; with no error when it was answered.
    mutating func leave(_ error: NodeError?) {
        isPending = false
        switch error {
        case .noAnswer, .cancelled: isAbandoned = true
        // It never arrived, or there was an answer, whatever it was.
        case .unreachable, .wrongCredentials, .forbidden, .notReady, .wrongChain, .refused, .malformed, nil: break
        }
    }
}
