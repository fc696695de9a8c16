/// One miner's program, as bins are given to it.
package struct BinClient: Hashable, Sendable {
    /// 16 bytes read as a number.
    package let id: UInt128
    /// The account's address, in canonical text.
    package let address: String
    package let worker: String

    package init(id: UInt128, address: String, worker: String) {
        self.id = id
        self.address = address
        self.worker = worker
    }
}
