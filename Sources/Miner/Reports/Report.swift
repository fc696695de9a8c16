/// One call that tells the pool what came of a bin.
struct Report: Hashable, Sendable {
    /// The pool takes 1,000 in a call, but no body over 64 KiB, and with its hash a find has up to 125 bytes.
    static let findCountMax = 400
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
