import Messages

extension Template {
    /// Of the transactions of one answer: all that consensus lets a block hold.
    static let listedByteCountMax = 4 << 20

    /// The transactions one by one.
    ///
    /// - Throws: `.resourceExhausted` past the bound; `.notFound` when the sizes say nothing, as those that an earlier
    ///   version kept.
    func transactionList() throws(RPCError) -> TransactionList {
        guard transactions.count <= Self.listedByteCountMax else {
            throw .resourceExhausted("the job's transactions are more than \(Self.listedByteCountMax) bytes")
        }
        let byteCount = transactionSizes.reduce(UInt64(0)) { $0 + UInt64($1) }
        guard transactionSizes.count == Int(transactionCount), byteCount == UInt64(transactions.count) else {
            throw .notFound("the sizes of this job's transactions are not kept")
        }
        var start = 0
        return TransactionList(
            transactions: transactionSizes.map { size in
                defer { start += Int(size) }
                return Array(transactions[start..<start + Int(size)])
            }
        )
    }
}
