/// Names a job for ever: time-ordered, and never given twice, by any replica, before or after a restart.
package struct JobID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let value: UInt64

    /// - Returns: `nil` for zero, which stands for "none" in messages.
    package init?(_ value: UInt64) {
        guard value > 0 else { return nil }
        self.value = value
    }

    /// Reads 16 lower-case hex digits.
    package init?(_ text: String) {
        guard text.utf8.count == 16, text.utf8.allSatisfy(Self.isDigit), let value = UInt64(text, radix: 16) else {
            return nil
        }
        self.init(value)
    }

    package static func < (left: JobID, right: JobID) -> Bool {
        left.value < right.value
    }

    /// A sign would pass for a number, and a capital would make a second name for one job.
    private static func isDigit(_ character: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(character)
    }

    /// 16 lower-case hex digits.
    package var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
