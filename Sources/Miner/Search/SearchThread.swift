import Dispatch
import Hashing

/// A thread that does nothing but hash, so that the miner's other tasks never wait for it.
struct SearchThread: Sendable {
    private let queue: DispatchQueue

    init(number: Int) {
        queue = DispatchQueue(label: "search-\(number)")
    }

    func search(_ slice: SearchSlice) async -> (result: NonceSearch.Slice, elapsed: Duration) {
        await withCheckedContinuation { continuation in
            queue.async {
                var result = NonceSearch.Slice(hits: [], searchedCount: 0)
                let elapsed = ContinuousClock().measure { result = slice.search() }
                continuation.resume(returning: (result, elapsed))
            }
        }
    }
}
