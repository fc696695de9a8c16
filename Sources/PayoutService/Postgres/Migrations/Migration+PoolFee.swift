extension Migration {
    /// The pool's fee, handed to an account.
    static let poolFeeKind = "INSERT INTO transfer_kinds VALUES ('fee_pay')"
}
