import Synchronization

/// What was told, in order, tens of thousands of things a second; a test can wait for one of them.
final class EventLog<Element: Equatable & Sendable>: Sendable {
    private struct Waiter {
        let matches: @Sendable (Element) -> Bool
        var missingCount: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var elements: [Element] = []
        var waiters: [UInt64: Waiter] = [:]
        var nextID: UInt64 = 0
    }

    private let state = Mutex(State())

    var elements: [Element] { state.withLock(\.elements) }

    func append(_ element: Element) {
        let satisfied = state.withLock { state in
            state.elements.append(element)
            var satisfied: [CheckedContinuation<Void, Never>] = []
            for (id, waiter) in state.waiters where waiter.matches(element) {
                state.waiters[id]?.missingCount -= 1
                guard waiter.missingCount == 1 else { continue }
                satisfied.append(waiter.continuation)
                state.waiters[id] = nil
            }
            return satisfied
        }
        for continuation in satisfied { continuation.resume() }
    }

    /// Everything so far, once `element` is among it so many times, or the task is cancelled as by a time limit.
    @discardableResult
    func wait(for element: Element, count: Int = 1) async -> [Element] {
        await wait(count: count) { $0 == element }
    }

    /// The same for any element that matches.
    @discardableResult
    func wait(count: Int = 1, where matches: @escaping @Sendable (Element) -> Bool) async -> [Element] {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    let missingCount = count - state.elements.count(where: matches)
                    guard missingCount > 0, !Task.isCancelled else { return true }
                    state.waiters[id] = Waiter(
                        matches: matches,
                        missingCount: missingCount,
                        continuation: continuation
                    )
                    return false
                }
                if isThere { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
        }
        return elements
    }
}
