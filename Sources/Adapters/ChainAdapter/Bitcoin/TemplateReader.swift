import BlockFormat
import Hashing
import JSON
import MiningDomain

/// Turns a node's `getblocktemplate` answer into a checked template: nothing in it is taken on trust.
struct TemplateReader {
    static let longPollIDByteCountMax = 512
    static let ruleCountMax = 64
    /// More than fits into a coinbase's script.
    static let flagsByteCountMax = 100

    let network: Network

    func template(_ json: JSON) throws(NodeError) -> BlockTemplate {
        guard json.object != nil else { throw .malformed("a template that is no object") }
        let bits = try bits(json)
        let (currentTime, minimumTime) = (try number(json, "curtime"), try number(json, "mintime"))
        guard currentTime >= minimumTime else { throw .malformed("a template whose curtime is below its mintime") }
        guard let previousHash = json["previousblockhash"]?.string.flatMap(Hash256.init(displayHex:)) else {
            throw .malformed("a template whose previousblockhash is not 32 bytes")
        }
        guard let value = json["coinbasevalue"]?.uint64 else {
            throw .malformed("a template whose coinbasevalue is no whole number")
        }
        let (version, height, flags) = (try version(json), try number(json, "height"), try coinbaseFlags(json))
        let transactions = try transactions(json)
        let (commitment, extensionBlock) = (
            try optionalBytes(json, "default_witness_commitment"), try optionalBytes(json, "mweb")
        )
        let (longPollID, rules) = (try longPollID(json), try rules(json))
        do throws(BlockTemplateError) {
            return try BlockTemplate(
                version: version,
                previousHash: previousHash,
                height: height,
                bits: bits,
                currentTime: currentTime,
                minimumTime: minimumTime,
                coinbaseValue: Amount(units: value),
                coinbaseFlags: flags,
                transactions: transactions,
                defaultWitnessCommitment: commitment,
                extensionBlock: extensionBlock,
                longPollID: longPollID,
                rules: rules,
                on: network
            )
        } catch {
            throw .malformed("a template that cannot be: \(error)")
        }
    }
}

// MARK: - Fields

extension TemplateReader {
    /// The compact target, which must be the same number as the long one.
    private func bits(_ json: JSON) throws(NodeError) -> UInt32 {
        guard let text = json["bits"]?.string, text.utf8.count == 8, let bits = UInt32(text, radix: 16),
            let target = Target(bits: bits)
        else { throw .malformed("a template whose bits are no target") }
        if let written = json["target"] {
            guard let bytes = written.string.flatMap(Hex.bytes), Target(bigEndian: bytes) == target else {
                throw .malformed("a template whose target is not that of its bits")
            }
        }
        return bits
    }

    private func number(_ json: JSON, _ key: String) throws(NodeError) -> UInt32 {
        guard let value = json[key]?.uint32 else { throw .malformed("a template whose \(key) is no whole number") }
        return value
    }

    /// A signed number in JSON, the same bits in the header.
    private func version(_ json: JSON) throws(NodeError) -> UInt32 {
        guard let value = json["version"]?.int64 else { throw .malformed("a template without a version") }
        if let signed = Int32(exactly: value) { return UInt32(bitPattern: signed) }
        guard let unsigned = UInt32(exactly: value) else { throw .malformed("a template whose version is too large") }
        return unsigned
    }

    private func transactions(_ json: JSON) throws(NodeError) -> [BlockTemplate.Transaction] {
        guard let items = json["transactions"]?.array else { throw .malformed("a template without transactions") }
        guard items.count <= BlockTemplate.transactionCountMax else {
            throw .malformed("a template with \(items.count) transactions")
        }
        var transactions: [BlockTemplate.Transaction] = []
        transactions.reserveCapacity(items.count)
        for item in items {
            guard let bytes = item["data"]?.string.flatMap(Hex.bytes), !bytes.isEmpty,
                let identifier = item["txid"]?.string.flatMap(Hash256.init(displayHex:))
            else { throw .malformed("a template's transaction \(transactions.count) without data or txid") }
            transactions.append(BlockTemplate.Transaction(bytes: bytes, identifier: identifier))
        }
        return transactions
    }

    private func optionalBytes(_ json: JSON, _ key: String) throws(NodeError) -> [UInt8]? {
        guard let value = json[key], !value.isNull else { return nil }
        guard let bytes = value.string.flatMap(Hex.bytes), !bytes.isEmpty else {
            throw .malformed("a template whose \(key) is no hex")
        }
        return bytes
    }

    /// All that the node wants in the coinbase's script, in its order.
    private func coinbaseFlags(_ json: JSON) throws(NodeError) -> [UInt8] {
        var flags: [UInt8] = []
        for member in json["coinbaseaux"]?.object?.members ?? [] {
            guard let bytes = member.value.string.flatMap(Hex.bytes) else {
                throw .malformed("a template whose coinbaseaux is no hex")
            }
            flags += bytes
        }
        guard flags.count <= Self.flagsByteCountMax else {
            throw .malformed("a template with \(flags.count) bytes of coinbaseaux")
        }
        return flags
    }

    private func longPollID(_ json: JSON) throws(NodeError) -> String? {
        guard let value = json["longpollid"] else { return nil }
        guard let text = value.string, text.utf8.count <= Self.longPollIDByteCountMax else {
            throw .malformed("a template whose longpollid is no short text")
        }
        return text
    }

    private func rules(_ json: JSON) throws(NodeError) -> [String] {
        let items = json["rules"]?.array ?? []
        let rules = items.compactMap(\.string)
        guard items.count <= Self.ruleCountMax, rules.count == items.count else {
            throw .malformed("a template whose rules are no words")
        }
        return rules
    }
}
