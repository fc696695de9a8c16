internal import ServiceRuntime

extension Surroundings {
    /// Unix time in milliseconds, as the database keeps it.
    var nowMs: Int64 { Int64(clamping: clock.unixMilliseconds) }
}
