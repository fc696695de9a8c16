package import MiningDomain

/// Wishes for the difficulty that stand in a password, such as `d=1024` or `x;md=0.5`.
package struct PasswordOptions: Hashable, Sendable {
    package static let none = PasswordOptions(start: nil, floor: nil, fixed: nil)

    /// What to begin with.
    package let start: Difficulty?
    /// Never easier than this.
    package let floor: Difficulty?
    /// This, and no other for as long as the connection lasts.
    package let fixed: Difficulty?

    private init(start: Difficulty?, floor: Difficulty?, fixed: Difficulty?) {
        self.start = start
        self.floor = floor
        self.fixed = fixed
    }

    /// Reads `d` (start and floor), `md` (floor) and `fd` (fixed), parted by commas or semicolons.
    ///
    /// The last of each counts. What has another key, or is no decimal number above zero, is no option: a password may be
    /// anything.
    ///
    /// - Parameters:
    ///   - password: As it was sent.
    ///   - bounds: The pool's easiest and hardest difficulty: a wish beyond becomes the nearer of the two.
    package init(_ password: String, within bounds: ClosedRange<Difficulty>) {
        var wishes: [Substring: Difficulty] = [:]
        for option in password.split(whereSeparator: { $0 == "," || $0 == ";" }) {
            let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, Self.isPlain(parts[1]), let value = Difficulty(decimal: String(parts[1])) else {
                continue
            }
            wishes[parts[0].drop { $0 == " " }] = value.clamped(to: bounds)
        }
        self.init(start: wishes["d"], floor: wishes["md"] ?? wishes["d"], fixed: wishes["fd"])
    }

    private static func isPlain(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { $0 == UInt8(ascii: ".") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }
}

extension Difficulty {
    /// The nearest difficulty within `bounds`.
    package func clamped(to bounds: ClosedRange<Difficulty>) -> Difficulty {
        min(max(self, bounds.lowerBound), bounds.upperBound)
    }
}
