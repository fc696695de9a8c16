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
}
