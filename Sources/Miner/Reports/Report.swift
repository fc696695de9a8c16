/// One call that tells the pool what came of a bin.
struct Report: Hashable, Sendable {
    /// As many as the pool takes in a call.
    static let findCountMax = 1_000
    /// A pool that answers so often with what nobody can read will not do better the next time.
    static let unreadableAnswerCountMax = 5

    let binToken: String
    let finds: [Find]
    /// The bin was searched to its end.
    let isDone: Bool
    /// It may have reached the pool before: what it calls a duplicate then is our own first sending.
    var mayBeRepeated = false
    var unreadableAnswerCount = 0
}
