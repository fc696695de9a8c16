package import MiningDomain

/// What a line from a miner asks for.
package enum StratumCall: Hashable, Sendable {
    case submit(SubmitRequest)
    /// A submit that cannot be judged: its parameters are not what a share needs. It counts as an invalid share.
    case refusedSubmit(StratumError)
    case subscribe(SubscribeRequest)
    case authorize(AuthorizeRequest)
    case configure(ConfigureRequest)
    case suggestDifficulty(Difficulty)
    case suggestTarget(Target)
    case extranonceSubscribe
    case ping
    /// The transactions of a job; `nil` for a name that the pool never gave.
    case getTransactions(WireJobID?)
    /// A miner that announces several header versions: the answer is `true`.
    case multiVersion
    /// The answer to something that the pool asked, if it is a text: nothing is sent back.
    case answer(String?)
    case unknownMethod
    /// Not a request at all, or a method with parameters that it does not have.
    case refused(StratumError)
}
