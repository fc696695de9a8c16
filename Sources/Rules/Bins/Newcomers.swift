/// Clients that have not shown any work yet, in the order in which they came.
///
/// Anyone can make up clients without end. When the table is full, the oldest of these makes room: an honest client has
/// long found something before so many others have come.
struct Newcomers: Sendable {
    private var queue: [BinClient] = []
    private var first = 0

    mutating func add(_ client: BinClient) {
        queue.append(client)
    }

    /// The oldest of which `isNewcomer` still holds; it is none any more.
    mutating func popOldest(where isNewcomer: (BinClient) -> Bool) -> BinClient? {
        defer { forgetPopped() }
        while first < queue.count {
            let client = queue[first]
            first += 1
            if isNewcomer(client) { return client }
        }
        return nil
    }

    /// Keeps only those of which it still holds, so that the list never outgrows the table.
    mutating func keep(where isNewcomer: (BinClient) -> Bool) {
        queue = queue[first...].filter(isNewcomer)
        first = 0
    }

    /// Half of the list may be of the past, so that each client is moved once at most.
    private mutating func forgetPopped() {
        guard first > queue.count / 2 else { return }
        queue.removeFirst(first)
        first = 0
    }
}
