/// What has happened to bins since this desk was opened.
package struct BinCounts: Hashable, Sendable {
    package internal(set) var leased: UInt64 = 0
    /// Said to be searched to the end.
    package internal(set) var completed: UInt64 = 0
    /// Expired, or left behind for another bin: given to others if their job is still the current one.
    package internal(set) var returned: UInt64 = 0
}
