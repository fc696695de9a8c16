import Messages
import Testing

@testable import JobService

@Suite struct TransactionListTests {
    @Test func transactionsAreCutWhereTheyEnd() throws {
        let template = Template(transactionCount: 3, transactions: [1, 2, 2, 3, 3, 3], transactionSizes: [1, 2, 3])
        #expect(try template.transactionList().transactions == [[1], [2, 2], [3, 3, 3]])
        #expect(try Template().transactionList() == TransactionList())
    }

    @Test(arguments: [[], [6], [1, 2, 4], [1, 2, 3, 0], [.max, .max, .max]] as [[UInt32]])
    func sizesThatDoNotFitAreNoList(sizes: [UInt32]) {
        let template = Template(transactionCount: 3, transactions: [1, 2, 2, 3, 3, 3], transactionSizes: sizes)
        #expect { try template.transactionList() } throws: { ($0 as? RPCError)?.code == .notFound }
    }

    @Test(arguments: [0, 1])
    func theAnswerIsBounded(over: Int) throws {
        let size = Template.listedByteCountMax + over
        let template = Template(
            transactionCount: 1,
            transactions: [UInt8](repeating: 1, count: size),
            transactionSizes: [UInt32(size)]
        )
        guard over > 0 else {
            #expect(try template.transactionList().transactions.first?.count == size)
            return
        }
        #expect { try template.transactionList() } throws: { ($0 as? RPCError)?.code == .resourceExhausted }
    }
}
