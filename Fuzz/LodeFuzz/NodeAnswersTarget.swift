import BlockFormat
import JSON

@testable import ChainAdapter

extension FuzzTarget {
    /// What a node answers: taken on no trust, because a wrong block template costs every miner's work.
    static let nodeAnswers = FuzzTarget(name: "node-answers") { bytes in
        guard let answer = try? JSONRPCAnswer.body(status: 200, bytes: bytes, credentials: "fuzz") else { return }
        _ = try? JSONRPCAnswer.results(answer, ids: 1..<3)
        let json = (try? JSONRPCAnswer.result(answer, id: 1)) ?? answer
        for network in [Network.litecoinRegtest, .bitcoinRegtest] {
            _ = try? TemplateReader(network: network).template(json)
        }
        _ = CoinAmount.amount(json)
        _ = CoinAmount.magnitude(json)
    }
}
