internal import Messages
internal import PostgresClient
import Synchronization

/// The days that have a partition for their shares: made when the first share of one comes, unless they were made ahead.
final class ShareDays: Sendable {
    /// Day 0, of shares whose header's time is not known, is always there.
    private static let always: Set<Int32> = [0]

    private let known = Mutex<Set<Int32>>(always)

    func forget() {
        known.withLock { $0 = Self.always }
    }

    /// - Returns: Whether there is a place for every share; not for those of a day that was dropped.
    func prepare(
        for request: RecordSharesRequest,
        on connection: isolated PostgresConnection
    ) throws(PostgresError) -> Bool {
        for day in missing(in: request) {
            let rows = try connection.execute("SELECT make_share_day($1)", [.integer32(day)])
            guard try rows[0].boolean(0) else { return false }
            known.withLock { _ = $0.insert(day) }
        }
        return true
    }

    private func missing(in request: RecordSharesRequest) -> Set<Int32> {
        known.withLock { known in
            var missing: Set<Int32> = []
            var last: Int32 = 0
            for time in request.headerTimes {
                let day = ShareDayRange.day(ofHeaderTime: time)
                guard day != last else { continue }
                last = day
                if !known.contains(day) { missing.insert(day) }
            }
            return missing
        }
    }
}
