/// What "now" is measured over, where people are told how fast somebody is.
enum RecentWork {
    static let minutes: Int64 = 10
    static var seconds: UInt128 { UInt128(minutes) * 60 }

    /// The last minute, since 1970, before those that count.
    static func start(nowMs: Int64) -> Int64 { nowMs / 60_000 - minutes }
}
