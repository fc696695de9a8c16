package import BlockFormat
import Hashing
package import ServiceRuntime
import Synchronization

/// Full nodes in the order in which they are to be asked.
///
/// Questions go to the first that is healthy, and on to the next when it fails; blocks go to all of them.
package final class NodeList: Sendable {
    private struct State {
        var health: [NodeHealth]
    }

    private let nodes: [Node]
    private let clock: any WallClock
    private let log: Log
    private let healthy: [Gauge]
    private let failures: [Counter]
    private let state: Mutex<State>

    /// Of one network; at least one.
    package init(_ nodes: [Node], surroundings: Surroundings) {
        precondition(!nodes.isEmpty)
        precondition(nodes.allSatisfy { $0.network == nodes[0].network })
        self.nodes = nodes
        clock = surroundings.clock
        log = surroundings.log
        healthy = nodes.map {
            surroundings.metrics.gauge(
                "lode_node_healthy",
                help: "1 when the node answered the last call.",
                labels: ["node": $0.name]
            )
        }
        failures = nodes.map {
            surroundings.metrics.counter(
                "lode_node_failures_total",
                help: "Calls that a node could not answer.",
                labels: ["node": $0.name]
            )
        }
        state = Mutex(State(health: Array(repeating: NodeHealth(), count: nodes.count)))
    }

    package var network: Network { nodes[0].network }

    /// The nodes that cannot be counted on now, each with the reason.
    package var troubles: [(node: String, error: NodeError)] {
        let health = state.withLock(\.health)
        return zip(nodes, health).compactMap { node, health in health.lastError.map { (node.name, $0) } }
    }

    /// Asks the first healthy node, and the next as long as the answer is a trouble of the node's own.
    ///
    /// When none is healthy or due for another try, all are tried: the caller waits between its calls.
    package func ask<Answer: Sendable>(
        _ question: (Node) async throws(NodeError) -> Answer
    ) async throws(NodeError) -> Answer {
        var lastError = NodeError.unreachable("no node answered")
        for index in candidates() {
            do throws(NodeError) {
                let answer = try await question(nodes[index])
                note(index, nil)
                return answer
            } catch {
                note(index, error)
                guard error.isOfTheNode else { throw error }
                lastError = error
            }
        }
        throw lastError
    }

    private func candidates() -> [Int] {
        let now = clock.monotonicMilliseconds
        let health = state.withLock(\.health)
        let due = health.indices.filter { health[$0].isDue(atMs: now) }
        return due.isEmpty ? Array(health.indices) : due
    }

    /// Takes down how a call ended.
    private func note(_ index: Int, _ error: NodeError?) {
        let now = clock.monotonicMilliseconds
        let (before, after) = state.withLock { state in
            let before = state.health[index]
            if let error { state.health[index].failed(error, atMs: now) } else { state.health[index].succeeded() }
            return (before, state.health[index])
        }
        healthy[index].set(after.isHealthy ? 1 : 0)
        if after.failureCount > before.failureCount { failures[index].increment() }
        if before.isHealthy, !after.isHealthy, let error {
            log.warning("node_failed", ["node": nodes[index].name, "reason": error])
        }
        if !before.isHealthy, after.isHealthy { log.info("node_recovered", ["node": nodes[index].name]) }
    }
}

// MARK: - Templates

extension NodeList {
    /// What to build the next block from.
    ///
    /// With `afterChange` it waits until the node has something better than its last template; when another node has
    /// to be asked than gave that, it answers at once.
    ///
    /// - Throws: `.noAnswer` also when nothing changes for long, and at once while the node may still hold an earlier
    ///   long poll (`Node.templateAfterChange`).
    package func template(afterChange: Bool = false) async throws(NodeError) -> BlockTemplate {
        guard afterChange else { return try await ask(plainTemplate) }
        let index = candidates()[0]
        guard nodes[index].hasLongPolls else { return try await ask(plainTemplate) }
        do throws(NodeError) {
            let template = try await nodes[index].templateAfterChange()
            note(index, nil)
            return template
        } catch {
            // Silence is what a long poll is made of; whether the node lives, others ask.
            if case .noAnswer = error { throw error }
            note(index, error)
            throw error
        }
    }

    private func plainTemplate(_ node: Node) async throws(NodeError) -> BlockTemplate {
        try await node.template()
    }
}

// MARK: - Blocks

/// What one node said to a block.
package struct NodeSubmission: Sendable {
    package let node: String
    package let result: Result<SubmitAnswer, NodeError>

    package init(node: String, result: Result<SubmitAnswer, NodeError>) {
        self.node = node
        self.result = result
    }
}

extension NodeList {
    /// Offers a block to every node at once, healthy or not, and gives what each said, in their order.
    package func submit(_ block: [UInt8]) async -> [NodeSubmission] {
        await withTaskGroup(of: (Int, NodeSubmission).self) { group in
            for (index, node) in nodes.enumerated() {
                group.addTask { (index, await Self.submit(block, to: node)) }
            }
            var submissions: [(Int, NodeSubmission)] = []
            for await (index, submission) in group {
                if case .failure(let error) = submission.result { note(index, error) } else { note(index, nil) }
                submissions.append((index, submission))
            }
            return submissions.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func submit(_ block: [UInt8], to node: Node) async -> NodeSubmission {
        do throws(NodeError) {
            return NodeSubmission(node: node.name, result: .success(try await node.submit(block)))
        } catch {
            return NodeSubmission(node: node.name, result: .failure(error))
        }
    }
}

// MARK: - Chains

extension NodeList {
    /// What every node that is healthy, or due for another try, says of its chain; in their order.
    func survey() async -> [(node: Node, view: Result<ChainInformation, NodeError>)] {
        await withTaskGroup(of: (Int, Result<ChainInformation, NodeError>).self) { group in
            for index in candidates() {
                let node = nodes[index]
                group.addTask { (index, await Self.view(of: node)) }
            }
            var views: [(Int, Result<ChainInformation, NodeError>)] = []
            for await (index, view) in group {
                if case .failure(let error) = view { note(index, error) } else { note(index, nil) }
                views.append((index, view))
            }
            return views.sorted { $0.0 < $1.0 }.map { (nodes[$0.0], $0.1) }
        }
    }

    private static func view(of node: Node) async -> Result<ChainInformation, NodeError> {
        do throws(NodeError) {
            return .success(try await node.information())
        } catch {
            return .failure(error)
        }
    }
}
