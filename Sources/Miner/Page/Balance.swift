import MiningDomain

/// Our part of what `POST /mystatus` answers: the money, in the chain's smallest unit.
struct Balance: Hashable, Sendable {
    let immature: Amount
    let confirmed: Amount
    let paid: Amount
    /// What the account owes the pool.
    let debt: Amount

    init(immature: Amount, confirmed: Amount, paid: Amount, debt: Amount = .zero) {
        self.immature = immature
        self.confirmed = confirmed
        self.paid = paid
        self.debt = debt
    }

    init(_ page: PageReader) throws(PageError) {
        let balance = try page.object("balance")
        immature = Amount(units: try balance.number("immature"))
        confirmed = Amount(units: try balance.number("confirmed"))
        paid = Amount(units: try balance.number("paid"))
        debt = Amount(units: try balance.optionalNumber("debt") ?? 0)
    }
}
