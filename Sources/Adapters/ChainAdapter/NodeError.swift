/// Why a node did not do what it was asked.
package enum NodeError: Error, Hashable {
    /// Nothing reached it: it is down, or the address is wrong.
    case unreachable(String)
    /// It may have done it or not: the answer did not come in time, or not whole.
    case noAnswer(String)
    /// User and password, or the cookie, are not the node's.
    case wrongCredentials(String)
    /// It lets nobody in from this machine's address.
    case forbidden
    /// It runs, but cannot serve yet or now; in the node's own words.
    case notReady(code: Int64, message: String)
    /// It runs another chain than the one that is configured.
    case wrongChain(expected: String, found: String)
    /// It understood and said no, with a code of Bitcoin Core's `src/rpc/protocol.h`.
    case refused(code: Int64, message: String)
    /// What came back makes no sense.
    case malformed(String)
    case cancelled
}

extension NodeError {
    /// Whether the node, as it is, cannot serve this pool: another one should be asked.
    package var isOfTheNode: Bool {
        switch self {
        case .unreachable, .noAnswer, .wrongCredentials, .forbidden, .notReady, .wrongChain, .malformed: true
        case .refused, .cancelled: false
        }
    }
}

extension NodeError {
    /// Whether the wallet must be unlocked (`walletpassphrase`) before it signs or makes addresses.
    package var isWalletLocked: Bool {
        switch self {
        case .refused(RPCCode.walletLocked, _), .refused(RPCCode.keypoolEmpty, _): true
        case _: false
        }
    }
}

extension NodeError: CustomStringConvertible {
    /// What is wrong and what to do about it.
    package var description: String {
        switch self {
        case .unreachable(let reason): "cannot be reached (\(reason)): is it running, and is the address right?"
        case .noAnswer(let reason): "gave no answer (\(reason))"
        case .wrongCredentials(let source): "refuses the user and password: check \(source)"
        case .forbidden: "lets nobody in from this machine's address: add it to rpcallowip in the node's configuration"
        case .notReady(let code, let message): "is not ready: \(message.bounded)\(Self.advice(code: code))"
        case .wrongChain(let expected, let found): "runs the wrong chain: \(expected) is configured, it runs \(found)"
        case .refused(let code, let message): "refused: \(message.bounded) (code \(code))"
        case .malformed(let what): "gave an answer that makes no sense: \(what.bounded)"
        case .cancelled: "was not waited for"
        }
    }

    private static func advice(code: Int64) -> String {
        switch code {
        case RPCCode.notConnected: " Give it at least one peer (addnode= or connect=); it needs one on regtest too."
        case RPCCode.initialDownload: " Wait until it has caught up; on regtest, generate one block."
        case RPCCode.warmingUp: " Wait until it has started."
        case RPCCode.queueFull: " Raise rpcworkqueue and rpcthreads in its configuration."
        case _: ""
        }
    }
}

/// Numbers of Bitcoin Core's `src/rpc/protocol.h` that are acted on.
enum RPCCode {
    static let methodNotFound: Int64 = -32601
    static let walletError: Int64 = -4
    static let notFound: Int64 = -5
    static let invalidParameter: Int64 = -8
    static let notConnected: Int64 = -9
    static let initialDownload: Int64 = -10
    static let undecodable: Int64 = -22
    static let noSuchLabel: Int64 = -11
    static let keypoolEmpty: Int64 = -12
    static let walletLocked: Int64 = -13
    static let walletNotFound: Int64 = -18
    static let alreadyInChain: Int64 = -27
    static let warmingUp: Int64 = -28
    /// Ours, for HTTP status 503, where the node gives no code: the work queue is full.
    static let queueFull: Int64 = -503

    static let notReady: Set<Int64> = [notConnected, initialDownload, warmingUp]
}

extension String {
    /// A node's words, cut to what a log line should hold.
    var bounded: String {
        let countMax = 300
        return count <= countMax ? self : prefix(countMax) + "…"
    }
}
