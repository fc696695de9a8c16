/// Who money is owed to: a payout address in its network's canonical text form.
package struct AccountName: Hashable, Sendable, CustomStringConvertible {
    /// The longest address text that any supported network has, with room.
    package static let byteCountMax = 100

    package let description: String

    /// - Returns: `nil` for an empty text, one over 100 bytes, and one with anything but printable ASCII.
    package init?(_ text: String) {
        guard (1...Self.byteCountMax).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        description = text
    }
}

extension AccountName: Comparable {
    /// By their bytes: the order in which ties are broken and payouts are planned, the same on every machine.
    package static func < (left: AccountName, right: AccountName) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }
}
