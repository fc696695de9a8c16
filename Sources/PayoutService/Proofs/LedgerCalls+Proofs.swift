internal import BlockFormat
internal import Hashing
internal import Ledger
package import Messages

extension LedgerCalls {
    package func getProof(_ request: GetProofRequest) async throws(RPCError) -> BlockProof {
        try readiness.check()
        guard let block = Hash256(request.block) else { throw .invalidArgument("block is not 32 bytes") }
        let account = try account(request.address)
        let entry = try await proofs.entry(of: block)
        guard let proof = entry.tree.proof(of: account), let fee = entry.tree.proof(of: nil) else {
            throw .notFound("no part of this block")
        }
        return BlockProof(proof, fee: fee, height: entry.height, scheme: entry.scheme)
    }

    /// - Returns: `nil` for the pool's fee.
    private func account(_ text: String) throws(RPCError) -> AccountName? {
        guard !text.isEmpty else { return nil }
        guard let address = Address(text, on: network), let account = AccountName(address.text) else {
            throw .invalidArgument("address is no address of \(network)")
        }
        return account
    }
}
