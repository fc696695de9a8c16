/// Faults that are put in on purpose: each must be noticed, by the invariant that it names.
enum Mutation: String, CaseIterable, Sendable {
    case storageLosesATransfer
    case storageMovesNoBalance
    case storageLetsBalancesFallBelowZero
    case storageForgetsAShare
    case storageCountsAShareTwice
    case storageForgetsAPayout
    case bookCreditsTwice
    case bookCreditsTooLittle
    case bookKeepsOtherCredits
    case walletSendsASecondTransaction
    case walletPaysMore
    case followerBelievesAShallowBurial
    case followerBelievesWhatNeverWas
    case settlingForgetsTheFee
    case settlingTakesTheFeeFromTheChain
    case watchBelievesWhatWasOnce
    case takingBackForgetsTheFee
    case takingBackForgetsTheMoney
    case takenBackPayoutsAreSignedAnew
    case storageForgetsThatAPayoutWasExported
    case handedOverPayoutsAreDrawnUpAnew
    case walletReadsOfEveryPSBTWhatWasHandedOut
    case walletHidesWhatWasPaidByHand
    case watcherCallsEveryBlockConfirmed
    case watcherNeverTellsOfOrphans

    var breaks: Invariant {
        switch self {
        case .storageLosesATransfer, .storageMovesNoBalance: .balancesAreTheirTransfers
        case .storageLetsBalancesFallBelowZero: .nothingIsNegative
        case .storageForgetsAShare: .acknowledgedSharesAreKept
        case .storageCountsAShareTwice: .sharesCountOnce
        case .storageForgetsAPayout, .takingBackForgetsTheMoney: .reservedIsWhatOpenPayoutsPay
        case .bookCreditsTwice, .bookCreditsTooLittle: .creditsAreRewards
        case .bookKeepsOtherCredits: .proofsAreTheCredits
        case .walletSendsASecondTransaction, .walletPaysMore, .takenBackPayoutsAreSignedAnew,
            .storageForgetsThatAPayoutWasExported, .handedOverPayoutsAreDrawnUpAnew, .walletHidesWhatWasPaidByHand:
            .nobodyIsPaidTwice
        case .followerBelievesAShallowBurial, .followerBelievesWhatNeverWas, .walletReadsOfEveryPSBTWhatWasHandedOut:
            .paidIsOnTheChain
        case .watchBelievesWhatWasOnce: .paidStaysOnTheChain
        case .settlingForgetsTheFee, .takingBackForgetsTheFee: .feesAreBooked
        case .settlingTakesTheFeeFromTheChain: .owedAndPaidIsWhatWasCredited
        case .watcherCallsEveryBlockConfirmed: .creditedIsOnTheChain
        case .watcherNeverTellsOfOrphans: .everythingComesToItsEnd
        }
    }
}

/// What holds after every step.
enum Invariant: String, CaseIterable, Sendable {
    case balancesAreTheirTransfers
    case nothingIsNegative
    case acknowledgedSharesAreKept
    case sharesCountOnce
    case reservedIsWhatOpenPayoutsPay
    case creditsAreRewards
    case owedAndPaidIsWhatWasCredited
    case proofsAreTheCredits
    case nobodyIsPaidTwice
    case paidIsOnTheChain
    /// Whenever payouts were gone through with nothing going wrong.
    case paidStaysOnTheChain
    case feesAreBooked
    case creditedIsOnTheChain
    /// Only at the end, when nothing has gone wrong for a while.
    case everythingComesToItsEnd
}

struct Violation: Error, CustomStringConvertible {
    let invariant: Invariant
    let what: String

    var description: String { "\(invariant.rawValue): \(what)" }
}
