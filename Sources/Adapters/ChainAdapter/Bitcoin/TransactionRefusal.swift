/// Why a node would not take a transaction into its memory pool.
package struct TransactionRefusal: Hashable, Sendable {
    package enum Cause: Hashable, Sendable {
        /// It offers less than the node asks, or than it must to replace another one.
        case feeTooLow
        /// Nodes relay no transaction with such outputs.
        case outputs
        /// A coin that it spends is not there, or not any more.
        case inputsGone
        /// The node has it already.
        case known
        case other
    }

    package let cause: Cause
    /// The node's own.
    package let words: String

    package init(words: String) {
        self.words = words
        cause =
            switch words {
            case _ where Self.outputs.contains(words): .outputs
            case _ where Self.inputsGone.contains(words): .inputsGone
            case _ where Self.known.contains(words): .known
            case _ where words.contains("fee"): .feeTooLow
            case _: .other
            }
    }

    // Bitcoin Core's `src/validation.cpp` and `src/policy/policy.cpp`, of 0.21 as Litecoin has it and later.

    /// Looked at before coins and signatures (`IsStandardTx`).
    private static let outputs: Set<String> = ["dust", "scriptpubkey"]
    private static let inputsGone: Set<String> = [
        "missing-inputs", "bad-txns-inputs-missingorspent", "bad-txns-inputs-spent",
    ]
    private static let known: Set<String> = [
        "txn-already-in-mempool", "txn-already-known", "txn-same-nonwitness-data-in-mempool",
    ]
}
