/// What `POST /newclient` answers: who we are to the pool.
struct PoolMember: Hashable, Sendable {
    let id: String
    /// Where payouts go.
    let address: String

    init(_ page: PageReader) throws(PageError) {
        id = try page.text("id")
        address = try page.text("address")
    }
}
