internal import ChainAdapter

/// What a reserved payout waits for; the first word of its reason, and a metric's label.
enum PayoutWait: String, CaseIterable, Hashable, Sendable {
    /// The wallet's node is away, or not ready, or did not answer in time.
    case unreachable
    /// `walletpassphrase` is needed.
    case locked
    /// The wallet has too few free coins that are deep enough.
    case insufficient
    /// The network asks more than is allowed.
    case fee
    /// Payouts are switched off.
    case pause
    /// Somebody with the keys must sign it: `lode payouts export`.
    case signature
    /// The wallet said no, or did something else than it was asked.
    case refused

    init(_ error: NodeError) {
        self =
            switch error {
            case _ where error.isWalletLocked: .locked
            case .refused: .refused
            case .unreachable, .noAnswer, .wrongCredentials, .forbidden, .notReady, .wrongChain, .malformed, .cancelled:
                .unreachable
            }
    }

    /// What the node has against a transaction that is not sent yet.
    init(_ refusal: TransactionRefusal) {
        self =
            switch refusal.cause {
            case .feeTooLow: .fee
            case .outputs, .inputsGone, .known, .other: .refused
            }
    }

    init(_ failure: PayoutDrafter.Failure) {
        self =
            switch failure {
            case .notAnAddress: .refused
            case .insufficientFunds, .tooManyCoins: .insufficient
            case .feeTooHigh: .fee
            }
    }

    /// Whether every other payout would wait for the same.
    var isOfTheWallet: Bool {
        switch self {
        case .unreachable, .locked: true
        case .insufficient, .fee, .pause, .signature, .refused: false
        }
    }
}
