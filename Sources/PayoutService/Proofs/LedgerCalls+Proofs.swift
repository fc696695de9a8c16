internal import Hashing
internal import Ledger
package import Messages

extension LedgerCalls {
    package func getProof(_ request: GetProofRequest) async throws(RPCError) -> BlockProof {
        try readiness.check()
        guard let block = Hash256(request.block) else { throw .invalidArgument("block is not 32 bytes") }
        let account = request.address.isEmpty ? nil : try account(request.address)  // the pool's fee has none
        let entry = try await proofs.entry(of: block)
        guard let proof = entry.tree.proof(of: account), let fee = entry.tree.proof(of: nil) else {
            throw .notFound("no part of this block")
        }
        return BlockProof(proof, fee: fee, height: entry.height, scheme: entry.scheme)
    }
}
