extension SessionLease {
    /// Names the key, derived from that of the leases, which signs session leases: with another key for each kind, the
    /// bytes of one never pass for the other.
    package static let keyLabel = "session"
}
