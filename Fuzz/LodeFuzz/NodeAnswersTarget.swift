import BlockFormat
import JSON

@testable import ChainAdapter

extension FuzzTarget {
    /// What a node answers: taken on no trust, because a wrong block template costs every miner's work.
    static let nodeAnswers = FuzzTarget(name: "node-answers") { bytes in
        let result = try? JSONRPCAnswer.result(status: 200, body: bytes, id: 1, credentials: "fuzz")
        guard let json = result ?? (try? JSON(parsing: bytes)) else { return }
        for network in [Network.litecoinRegtest, .bitcoinRegtest] {
            _ = try? TemplateReader(network: network).template(json)
        }
        _ = CoinAmount.amount(json)
        _ = CoinAmount.magnitude(json)
    }
}
