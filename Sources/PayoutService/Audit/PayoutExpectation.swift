internal import BlockFormat
internal import ChainAdapter
internal import Hashing
internal import MiningDomain

/// What one payout pays and spends by its rows: its transaction must do just that.
struct PayoutExpectation {
    var payees: [RawTransaction.Output] = []
    var coins: [PayoutCoin] = []
    /// Why a part of it cannot be said in this network's terms.
    var unreadable: String?

    /// What is wrong with a version that was signed; `nil` when nothing is.
    func problem(of version: PayoutVersion) -> String? {
        let read = RawTransaction(version.transaction)
        if let read, read.identifier != version.identifier { return "its bytes are \(read.identifier.displayHex)" }
        return problem(of: read, fee: version.fee)
    }

    /// The same of a transaction whose name says nothing yet; `nil` for bytes that are none.
    func problem(of read: RawTransaction?, fee: Amount) -> String? {
        guard let read else { return "its bytes are no transaction" }
        if let unreadable { return unreadable }
        var others = read.outputs
        for payee in payees {
            guard let place = others.firstIndex(of: payee) else {
                return "it does not pay \(payee.amount.units) to \(Hex.string(payee.scriptPublicKey))"
            }
            others.remove(at: place)
        }
        guard others.count <= 1 else { return "it pays \(others.count) that it should not" }
        // A payout of an earlier release did not write down what it spends.
        guard !coins.isEmpty else { return nil }
        let spent = read.inputs.map { CoinReference(transaction: $0.transaction, output: $0.output) }
        guard spent.sorted() == coins.map(\.reference).sorted() else { return "it spends other coins" }
        let (given, taken) = (Self.sum(coins.map(\.amount)), Self.sum(read.outputs.map(\.amount)))
        guard given == taken + UInt128(fee.units) else { return "its fee is not \(fee.units)" }
        return nil
    }

    private static func sum(_ amounts: [Amount]) -> UInt128 {
        amounts.reduce(0) { $0 + UInt128($1.units) }
    }
}
