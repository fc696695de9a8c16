import MiningDomain

/// Our part of what `POST /mystatus` answers: the money, in the chain's smallest unit.
struct Balance: Hashable, Sendable {
    let immature: Amount
    let confirmed: Amount
    let paid: Amount

    init(immature: Amount, confirmed: Amount, paid: Amount) {
        self.immature = immature
        self.confirmed = confirmed
        self.paid = paid
    }

    init(_ page: PageReader) throws(PageError) {
        let balance = try page.object("balance")
        immature = Amount(units: try balance.number("immature"))
        confirmed = Amount(units: try balance.number("confirmed"))
        paid = Amount(units: try balance.number("paid"))
    }
}
