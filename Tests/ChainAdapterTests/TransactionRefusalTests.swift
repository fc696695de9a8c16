import ChainAdapter
import Testing

/// What a node's words against a transaction come to.
@Suite struct TransactionRefusalTests {
    @Test(
        arguments: [
            ("dust", .outputs), ("scriptpubkey", .outputs), ("missing-inputs", .inputsGone),
            ("bad-txns-inputs-missingorspent", .inputsGone), ("txn-already-in-mempool", .known),
            ("txn-already-known", .known), ("min relay fee not met", .feeTooLow),
            ("mempool min fee not met", .feeTooLow), ("insufficient fee", .feeTooLow),
            ("txn-mempool-conflict", .other), ("mempool full", .other), ("scriptsig-not-pushonly", .other),
            ("non-mandatory-script-verify-flag (Signature must be zero)", .other), ("", .other),
        ] as [(String, TransactionRefusal.Cause)]
    )
    func eachHasItsCause(words: String, cause: TransactionRefusal.Cause) {
        let refusal = TransactionRefusal(words: words)
        #expect(refusal.cause == cause)
        #expect(refusal.words == words)
    }
}
