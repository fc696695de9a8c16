package import BlockFormat
package import Hashing
import JSON
import Synchronization

/// One full node of the Bitcoin family.
///
/// Long polls, questions and blocks go over lines of their own, so that none of them waits for another.
package final class Node: Sendable {
    /// How long to wait for answers of each kind.
    package struct Limits: Sendable {
        package var query = Duration.seconds(10)
        package var template = Duration.seconds(20)
        /// For as long as a node may still answer a long poll; an hour without a block or a transaction is rare.
        ///
        /// It holds one of its few RPC threads (`-rpcthreads`, 4 by default) until something changed, even if
        /// nobody waits any more. A dead peer is noticed by TCP's keep-alive.
        package var longPoll = Duration.seconds(3_600)
        /// Checking a large block takes a node seconds.
        package var submission = Duration.seconds(60)

        package init() {}
    }

    /// Of a template's JSON: twice its bytes, and as much again for its lists.
    static let templateByteCountMax = 64 << 20

    /// Calls in one exchange.
    static let batchCountMax = 100

    package let name: String
    package let network: Network
    private let limits: Limits
    private let questions: JSONRPCConnection
    private let longPolls: JSONRPCConnection
    private let submissions: JSONRPCConnection
    /// Whether it was seen to run our chain since it last could not be reached.
    private let isVerified = Mutex(false)
    private let longPollGate = Mutex(LongPollGate())

    package init(_ endpoint: NodeEndpoint, network: Network, limits: Limits = Limits()) {
        name = endpoint.name
        self.network = network
        self.limits = limits
        questions = JSONRPCConnection(endpoint)
        longPolls = JSONRPCConnection(endpoint)
        submissions = JSONRPCConnection(endpoint)
    }

    /// What to build the next block from.
    package func template() async throws(NodeError) -> BlockTemplate {
        try await verify()
        return try await template(questions, longPollID: nil, limits.template)
    }

    /// Whether its last template came with what a long poll needs.
    package var hasLongPolls: Bool { longPollGate.withLock { $0.longPollID != nil } }

    /// What to build the next block from, once there is something better than its last template.
    ///
    /// - Throws: `.noAnswer` also when nothing changes for long, which is no fault of the node; and at once, without
    ///   asking it, while another long poll is under way there or may be: from the start, and after one that ended
    ///   without an answer, until an answer to another call shows that the node's tip has changed.
    package func templateAfterChange() async throws(NodeError) -> BlockTemplate {
        try await verify()
        guard let longPollID = longPollGate.withLock({ $0.enter() }) else {
            throw .noAnswer("a long poll is or may be under way already")
        }
        do throws(NodeError) {
            let template = try await template(longPolls, longPollID: longPollID, limits.longPoll)
            longPollGate.withLock { $0.leave(nil) }
            return template
        } catch {
            longPollGate.withLock { $0.leave(error) }
            throw error
        }
    }

    private func template(
        _ connection: JSONRPCConnection,
        longPollID: String?,
        _ timeout: Duration
    ) async throws(NodeError) -> BlockTemplate {
        let rules = JSON.array(network.templateRules.map(JSON.string))
        let request: JSON =
            if let longPollID { ["rules": rules, "longpollid": .string(longPollID)] } else { ["rules": rules] }
        let answer = try await call(
            connection,
            "getblocktemplate",
            [request],
            timeout,
            Self.templateByteCountMax
        )
        let template = try TemplateReader(network: network).template(answer)
        longPollGate.withLock { $0.received(template) }
        return template
    }

    /// Offers a whole block.
    ///
    /// Never waits for a check of the chain first: a solved block waits for nothing.
    package func submit(_ block: [UInt8]) async throws(NodeError) -> SubmitAnswer {
        do {
            return try SubmitAnswer(
                try await submissions.call("submitblock", [.string(Hex.string(block))], timeout: limits.submission)
            )
        } catch .refused(RPCCode.undecodable, let message) {
            return .rejected(reason: message.bounded)
        }
    }

    package func information() async throws(NodeError) -> ChainInformation {
        try await verify()
        return try ChainInformation(try await ask("getblockchaininfo"))
    }

    package func bestBlockHash() async throws(NodeError) -> Hash256 {
        try await verify()
        let tip = try hash(try await ask("getbestblockhash"))
        longPollGate.withLock { $0.saw(tip: tip) }
        return tip
    }

    /// The block at a height on the node's best chain; `nil` when the chain is not that long.
    package func blockHash(at height: UInt32) async throws(NodeError) -> Hash256? {
        try await verify()
        do {
            return try hash(try await ask("getblockhash", [JSON(height)]))
        } catch .refused(RPCCode.invalidParameter, _) {
            return nil
        }
    }

    /// The blocks at several heights on the node's best chain, without those that the chain does not reach.
    ///
    /// Asked for in a few exchanges, each of at most `batchCountMax` heights.
    package func blockHashes(at heights: Set<UInt32>) async throws(NodeError) -> [UInt32: Hash256] {
        try await verify()
        var hashes: [UInt32: Hash256] = [:]
        var rest = heights.sorted()[...]
        while !rest.isEmpty {
            let part = rest.prefix(Self.batchCountMax)
            rest = rest.dropFirst(part.count)
            let answers = try await questions.callAll("getblockhash", part.map { [JSON($0)] }, timeout: limits.query)
            for (height, answer) in zip(part, answers) {
                do throws(NodeError) {
                    hashes[height] = try hash(try answer.get())
                } catch .refused(RPCCode.invalidParameter, _) {
                    continue
                }
            }
        }
        return hashes
    }

    /// A block on or beside the best chain; `nil` when the node has never seen it.
    package func header(of hash: Hash256) async throws(NodeError) -> ChainHeader? {
        try await verify()
        do {
            return try ChainHeader(try await ask("getblockheader", [.string(hash.displayHex)]))
        } catch .refused(RPCCode.notFound, _) {
            return nil
        }
    }
}

// MARK: - Calls

extension Node {
    private func ask(_ method: String, _ parameters: [JSON] = []) async throws(NodeError) -> JSON {
        try await call(questions, method, parameters, limits.query, JSONRPCConnection.responseByteCountMax)
    }

    private func call(
        _ connection: JSONRPCConnection,
        _ method: String,
        _ parameters: [JSON],
        _ timeout: Duration,
        _ responseByteCountMax: Int
    ) async throws(NodeError) -> JSON {
        do {
            return try await connection.call(
                method,
                parameters,
                timeout: timeout,
                responseByteCountMax: responseByteCountMax
            )
        } catch {
            // Whoever answers there next may be another node.
            if case .unreachable = error { isVerified.withLock { $0 = false } }
            throw error
        }
    }

    private func hash(_ json: JSON) throws(NodeError) -> Hash256 {
        guard let hash = json.string.flatMap(Hash256.init(displayHex:)) else {
            throw .malformed("a block hash that is not 32 bytes")
        }
        return hash
    }
}

// MARK: - Which chain

extension Node {
    /// Makes sure, once after each time that it could not be reached, that the node runs our chain.
    ///
    /// Networks of different coins share names such as `regtest`, so the first block decides.
    private func verify() async throws(NodeError) {
        guard !isVerified.withLock(\.self) else { return }
        try checkName(try ChainInformation(try await ask("getblockchaininfo")))
        let genesis = try hash(try await ask("getblockhash", [0]))
        guard genesis == network.genesisHash else {
            throw .wrongChain(expected: network.name, found: "a chain that begins with \(genesis)")
        }
        isVerified.withLock { $0 = true }
    }

    private func checkName(_ information: ChainInformation) throws(NodeError) {
        guard information.chain == network.chainName else {
            throw .wrongChain(expected: network.name, found: "the chain \(information.chain.debugDescription)")
        }
    }
}
