import BlockFormat
import HTTPServer
import Hashing
import Ledger
import Messages
import MiningDomain
import ServiceRuntime

/// `GET /api/blocks/{hash}/proof/{address}`: that an account's work was counted for a block, and its part credited.
///
/// `fee` in place of an address is the pool's own part.
struct GetProof: Sendable {
    private let desk: Desk

    init(_ desk: Desk) {
        self.desk = desk
    }

    @Sendable func answer(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        guard let block = request.parameters["hash"].flatMap({ Hash256(displayHex: $0) }) else {
            throw .invalid("hash", "the block's hash, 64 hex digits as explorers print it")
        }
        let address = try address(request.parameters["address"] ?? "")
        let message: BlockProof
        do throws(RPCError) {
            message = try await desk.ledger.getProof(GetProofRequest(block: block.bytes, address: address))
        } catch {
            throw error.code == .notFound ? .unknownProof : desk.failure(error, from: "the ledger")
        }
        guard let document = ProofDocument(message, of: block) else {
            throw desk.failure(.internal("a proof that cannot be read"), from: "the ledger")
        }
        return OutgoingResponse(json: document.json)
    }

    private func address(_ text: String) throws(APIError) -> String {
        guard text != "fee" else { return "" }
        guard let address = Address(text, on: desk.network) else {
            throw .invalid("address", "an address of \(desk.network), or fee for the pool's own part")
        }
        return address.text
    }
}

extension ProofDocument {
    /// - Returns: `nil` when a field is not what the contract says.
    fileprivate init?(_ message: BlockProof, of block: Hash256) {
        guard let work = Work(bytes: message.leafWork), message.leafSalt.count == CreditLeaf.saltByteCount,
            let leafHash = Hash256(message.leafHash), let total = Work(bytes: message.work),
            let index = Int(exactly: message.leafIndex), let count = Int(exactly: message.leafCount),
            let root = Hash256(message.root), message.feeSalt.count == CreditLeaf.saltByteCount,
            let feeHash = Hash256(message.feeHash)
        else { return nil }
        let account = AccountName(message.address)
        guard (account == nil) == message.address.isEmpty else { return nil }
        let (path, feePath) = (
            message.path.compactMap(CreditProof.Step.init), message.feePath.compactMap(CreditProof.Step.init)
        )
        guard path.count == message.path.count, feePath.count == message.feePath.count else { return nil }
        let leaf = CreditLeaf(
            account: account,
            work: work,
            amount: Amount(units: message.leafAmount),
            salt: message.leafSalt
        )
        let proof = CreditProof(
            block: block,
            leaf: leaf,
            leafHash: leafHash,
            index: index,
            leafCount: count,
            path: path,
            work: total,
            reward: Amount(units: message.reward),
            root: root
        )
        let feeLeaf = CreditLeaf(
            account: nil,
            work: .zero,
            amount: Amount(units: message.feeAmount),
            salt: message.feeSalt
        )
        self.init(
            proof: proof,
            fee: proof.beside(feeLeaf, hash: feeHash, path: feePath),
            height: message.height,
            scheme: message.scheme.isEmpty ? nil : message.scheme
        )
    }
}

extension CreditProof.Step {
    fileprivate init?(_ step: ProofStep) {
        guard let hash = Hash256(step.hash), let work = Work(bytes: step.work) else { return nil }
        let sum = ProofSum(hash: hash, work: work, amount: Amount(units: step.amount))
        self.init(side: step.isLeft ? .left : .right, sum: sum)
    }
}
