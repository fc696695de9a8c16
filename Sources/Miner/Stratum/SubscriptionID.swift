import JSON

/// The session's id in the answer to a subscription, with which a later connection may go on where this one ended.
enum SubscriptionID {
    /// Of one that is worth sending back.
    private static let byteCountMax = 512

    /// - Parameter subscriptions: `[["mining.set_difficulty", id], ["mining.notify", id]]`, or one such pair alone.
    /// - Returns: `nil` for a pool that gives none, or one that is too long to send back.
    static func read(_ subscriptions: JSON?) -> String? {
        let pairs = subscriptions?.array ?? []
        let pair = pairs.first { $0.array?.first?.string == "mining.notify" }?.array ?? pairs
        guard pair.count > 1, pair[0].string == "mining.notify", let id = pair[1].string,
            (1...byteCountMax).contains(id.utf8.count)
        else { return nil }
        return id
    }
}
