internal import BlockFormat
internal import Ledger

extension AccountName {
    /// The account that an address stands for, however it is spelled.
    ///
    /// - Returns: `nil` for a text that is no address of `network`.
    init?(address text: String, on network: Network) {
        guard let address = Address(text, on: network) else { return nil }
        self.init(address.text)
    }

    /// Where its money goes; `nil` for an account of another network.
    func address(on network: Network) -> Address? {
        Address(description, on: network)
    }
}
