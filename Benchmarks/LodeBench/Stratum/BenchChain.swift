import BlockFormat
import Hashing
import JSON
import ServiceRuntime
import Synchronization
import System

/// What a node knows: a tip that moves when it is told to, and templates as large as wanted.
///
/// Its target is a real network's, so that no share solves a block.
final class BenchChain: Sendable {
    enum Answer {
        /// As JSON text.
        case result([UInt8])
        case error(code: Int, message: String)
    }

    static let network = Network.bitcoinRegtest
    private static let address = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"
    private static let firstHeight: UInt64 = 840_000

    private struct State {
        var tip = Hash256.sha256(of: [0])
        var height = firstHeight
        var isFull = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isStopped = false
        var submittedBlockCount = 0
    }

    private let full: TemplateText
    private let empty = TemplateText(transactionCount: 0)
    private let state = Mutex(State())

    /// - Parameter transactionCount: Of a full template; the first ones are empty.
    init(transactionCount: Int) {
        full = TemplateText(transactionCount: transactionCount)
    }

    /// Blocks that the pool believed to have solved.
    var submittedBlockCount: Int { state.withLock(\.submittedBlockCount) }

    /// What the tip becomes with the next `advance`.
    var nextTip: Hash256 { Self.successor(of: state.withLock(\.tip)) }

    /// Another block is found.
    ///
    /// - Parameter isFull: Whether templates have transactions from now on.
    /// - Returns: When it was.
    func advance(isFull: Bool) -> ContinuousClock.Instant {
        let (waiting, time) = state.withLock { state in
            state.tip = Self.successor(of: state.tip)
            state.height += 1
            state.isFull = isFull
            defer { state.waiting = [] }
            return (state.waiting, ContinuousClock.now)
        }
        for call in waiting { call.resume() }
        return time
    }

    /// Ends all long polls.
    func stop() {
        let waiting = state.withLock { state in
            state.isStopped = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for call in waiting { call.resume() }
    }

    func answer(_ method: String, _ parameters: [JSON]) async -> Answer {
        let (tip, height) = state.withLock { ($0.tip, $0.height) }
        switch method {
        case "getblocktemplate":
            if let known = parameters.first?["longpollid"]?.string { await waitForChange(from: known) }
            return .result(template())
        case "getbestblockhash": return Self.result(.string(tip.displayHex))
        case "getblockchaininfo": return Self.result(Self.information(tip, height))
        case "getblockhash":
            switch parameters.first?.uint64 {
            case 0: return Self.result(.string(Self.network.genesisHash.displayHex))
            case height: return Self.result(.string(tip.displayHex))
            case _: return .error(code: -8, message: "Block height out of range")
            }
        case "submitblock":
            state.withLock { $0.submittedBlockCount += 1 }
            return Self.result(nil)
        case "listwallets": return Self.result(["pool"])
        case "getaddressesbylabel": return .error(code: -11, message: "No addresses with that label")
        case "getnewaddress": return Self.result(.string(Self.address))
        case "getaddressinfo": return Self.result(["ismine": true])
        case "getbalances":
            return Self.result(["mine": ["trusted": 0, "untrusted_pending": 0, "immature": 0]])
        case "getblockheader": return .error(code: -5, message: "Block not found")
        case _: return .error(code: -32_601, message: "Method not found")
        }
    }

    private func template() -> [UInt8] {
        let (tip, height, isFull) = state.withLock { ($0.tip, $0.height, $0.isFull) }
        let nowMs = KernelTime.unixMilliseconds
        return (isFull ? full : empty).bytes(after: tip, height: height + 1, time: nowMs / 1_000)
    }

    private func waitForChange(from known: String) async {
        await withCheckedContinuation { call in
            let waits = state.withLock { state in
                guard !state.isStopped, known == state.tip.displayHex else { return false }
                state.waiting.append(call)
                return true
            }
            if !waits { call.resume() }
        }
    }

    private static func successor(of tip: Hash256) -> Hash256 { .sha256(of: tip.bytes) }

    private static func result(_ json: JSON) -> Answer { .result(json.encoded()) }

    private static func information(_ tip: Hash256, _ height: UInt64) -> JSON {
        let digits = String(height, radix: 16)
        return [
            "chain": "regtest", "blocks": JSON(height), "headers": JSON(height),
            "bestblockhash": .string(tip.displayHex), "initialblockdownload": false,
            "chainwork": .string(String(repeating: "0", count: 64 - digits.count) + digits),
        ]
    }
}
