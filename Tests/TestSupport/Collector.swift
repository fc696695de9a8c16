import Synchronization

/// What a fake was told, in order; a test can wait for more.
package final class Collector<Element: Sendable>: Sendable {
    private struct Waiter {
        let isEnough: @Sendable ([Element]) -> Bool
        let continuation: CheckedContinuation<[Element], Never>
    }

    private struct State {
        var elements: [Element] = []
        var waiters: [UInt64: Waiter] = [:]
        var nextID: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var elements: [Element] { state.withLock(\.elements) }

    package func append(_ element: Element) {
        let (elements, satisfied) = state.withLock { state in
            state.elements.append(element)
            let elements = state.elements
            let satisfied = state.waiters.filter { $0.value.isEnough(elements) }
            for id in satisfied.keys { state.waiters[id] = nil }
            return (elements, Array(satisfied.values))
        }
        for waiter in satisfied { waiter.continuation.resume(returning: elements) }
    }

    /// Everything so far, as soon as that is enough, or the task is cancelled as by a test's time limit.
    @discardableResult
    package func wait(until isEnough: @escaping @Sendable ([Element]) -> Bool) async -> [Element] {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let elements: [Element]? = state.withLock { state in
                    if isEnough(state.elements) || Task.isCancelled { return state.elements }
                    state.waiters[id] = Waiter(isEnough: isEnough, continuation: continuation)
                    return nil
                }
                if let elements { continuation.resume(returning: elements) }
            }
        } onCancel: {
            let (waiter, elements) = state.withLock { ($0.waiters.removeValue(forKey: id), $0.elements) }
            waiter?.continuation.resume(returning: elements)
        }
    }
}
