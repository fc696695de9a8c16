package import Hashing
package import MiningDomain

/// What a node proposes to build a block from, checked as far as a pool can without being a node.
package struct BlockTemplate: Hashable, Sendable {
    /// A transaction as the node sent it: its bytes are never looked into, since chains keep adding kinds of them.
    package struct Transaction: Hashable, Sendable {
        package let bytes: [UInt8]
        /// Without witness: what the merkle tree is made of.
        package let identifier: Hash256

        package init(bytes: [UInt8], identifier: Hash256) {
            self.bytes = bytes
            self.identifier = identifier
        }
    }

    /// More than any block of this family can hold: 4,000,000 units of weight at 60 bytes and more each.
    package static let transactionCountMax = 70_000
    /// Of all transactions and the extension block together: three times what consensus allows.
    package static let byteCountMax = 12 * 1_024 * 1_024

    package let version: UInt32
    package let previousHash: Hash256
    package let height: UInt32
    package let bits: UInt32
    package let target: Target
    /// Seconds since 1970.
    package let currentTime: UInt32
    /// Seconds since 1970: the header's time may not be lower.
    package let minimumTime: UInt32
    /// Subsidy and fees.
    package let coinbaseValue: Amount
    /// What the node asks to put into the coinbase's script; nearly always nothing.
    package let coinbaseFlags: [UInt8]
    package let transactions: [Transaction]
    /// The script of the output that commits to the witnesses; `nil` before segwit.
    package let defaultWitnessCommitment: [UInt8]?
    /// Litecoin's MWEB block.
    package let extensionBlock: [UInt8]?
    /// What to tell the node so that it answers once something changes.
    package let longPollID: String?

    package init(
        version: UInt32,
        previousHash: Hash256,
        height: UInt32,
        bits: UInt32,
        currentTime: UInt32,
        minimumTime: UInt32,
        coinbaseValue: Amount,
        coinbaseFlags: [UInt8] = [],
        transactions: [Transaction],
        defaultWitnessCommitment: [UInt8]?,
        extensionBlock: [UInt8]? = nil,
        longPollID: String? = nil,
        rules: [String] = [],
        on network: Network
    ) throws(BlockTemplateError) {
        guard let target = Target(bits: bits) else { throw .badBits(bits) }
        guard height > 0 else { throw .badHeight }
        guard coinbaseValue <= network.amountMax else { throw .rewardTooLarge }
        guard transactions.count <= Self.transactionCountMax else { throw .tooLarge }
        let byteCount = transactions.reduce(extensionBlock?.count ?? 0) { $0 + $1.bytes.count }
        guard byteCount <= Self.byteCountMax else { throw .tooLarge }
        if let commitment = defaultWitnessCommitment {
            guard commitment.count >= 38, commitment.starts(with: Self.commitmentPrefix) else {
                throw .badWitnessCommitment
            }
        }
        // BIP 9: a rule with a mark must be understood by whoever builds the block.
        let marked = rules.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) }
        if let unknown = marked.first(where: { !network.templateRules.contains($0) }) { throw .unknownRule(unknown) }
        self.version = version
        self.previousHash = previousHash
        self.height = height
        self.bits = bits
        self.target = target
        self.currentTime = currentTime
        self.minimumTime = minimumTime
        self.coinbaseValue = coinbaseValue
        self.coinbaseFlags = coinbaseFlags
        self.transactions = transactions
        self.defaultWitnessCommitment = defaultWitnessCommitment
        self.extensionBlock = extensionBlock
        self.longPollID = longPollID
    }

    package var merkleBranch: [Hash256] { MerkleBranch.branch(of: transactions.map(\.identifier)) }

    /// All transactions, one after the other, as they stand in the block.
    package var transactionBytes: [UInt8] { transactions.flatMap(\.bytes) }

    /// What follows the last transaction in the block.
    package var tail: [UInt8] { BlockAssembly.tail(extensionBlock: extensionBlock) }

    package var segwit: Bool { defaultWitnessCommitment != nil }

    /// OP_RETURN, a push of 36 bytes, and the mark of BIP 141.
    private static let commitmentPrefix: [UInt8] = [0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed]
}

package enum BlockTemplateError: Error, Hashable {
    case badBits(UInt32)
    case badHeight
    case rewardTooLarge
    case tooLarge
    case badWitnessCommitment
    /// The node asks for a rule of consensus that this software does not know: mining on would waste the work.
    case unknownRule(String)
}
