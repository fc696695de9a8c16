import MiningDomain
import System

extension ValueKind where Value == String {
    /// Any text within a length in bytes.
    static func text(byteCountMax: Int = 255) -> Self {
        Self(
            allowed: "text of at most \(byteCountMax) bytes",
            read: { $0.utf8.count <= byteCountMax ? $0 : nil },
            write: { $0.asYAML }
        )
    }

    static func secretText(_ allowed: String) -> Self {
        Self(allowed: allowed, isSecret: true, read: { $0 }, write: { $0.asYAML })
    }

    /// One of a few words.
    static func choice(_ words: [String]) -> Self {
        Self(
            allowed: "one of \(words.joined(separator: ", "))",
            read: { words.contains($0) ? $0 : nil },
            write: { $0.asYAML }
        )
    }

    static var path: Self {
        Self(
            allowed: "a path",
            read: { (1...4_096).contains($0.utf8.count) && !$0.utf8.contains(0) ? $0 : nil },
            write: { $0.asYAML }
        )
    }
}

extension ValueKind where Value == String {
    static var optionalPath: Self {
        Self(
            allowed: "a path, or empty",
            read: { $0.utf8.count <= 4_096 && !$0.utf8.contains(0) ? $0 : nil },
            write: { $0.asYAML }
        )
    }
}

extension ValueKind where Value == Bool {
    static var flag: Self {
        Self(
            allowed: "true or false",
            read: { ["true": true, "false": false][$0] },
            write: { $0 ? "true" : "false" }
        )
    }
}

extension ValueKind where Value == Int {
    static func whole(_ range: ClosedRange<Int>) -> Self {
        Self(
            allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            read: { text in
                DecimalText(text, places: 0).flatMap { Int(exactly: $0.units) }.flatMap {
                    range.contains($0) ? $0 : nil
                }
            },
            write: { String($0) }
        )
    }

    /// A percentage with two decimals, kept in hundredths of a percent.
    static func percent(upTo percentMax: Int) -> Self {
        Self(
            allowed: "a percentage from 0 to \(percentMax) with at most two decimals",
            read: { text in
                DecimalText(text, places: 2).flatMap { $0.units <= UInt64(percentMax) * 100 ? Int($0.units) : nil }
            },
            write: { DecimalText(units: UInt64($0), places: 2).description }
        )
    }
}

extension ValueKind where Value == UInt64 {
    static func whole(_ range: ClosedRange<UInt64>) -> Self {
        Self(
            allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            read: { text in DecimalText(text, places: 0).flatMap { range.contains($0.units) ? $0.units : nil } },
            write: { String($0) }
        )
    }
}

extension ValueKind where Value == UInt64 {
    /// A number above 0, kept in units of its last decimal.
    static func decimal(places: Int, upTo wholeMax: UInt64) -> Self {
        let unitsMax = DecimalText("\(wholeMax)", places: places)?.units ?? UInt64.max
        return Self(
            allowed: "a number above 0, at most \(wholeMax), with at most \(places) decimals",
            read: { text in
                DecimalText(text, places: places).flatMap { (1...unitsMax).contains($0.units) ? $0.units : nil }
            },
            write: { DecimalText(units: $0, places: places).description }
        )
    }
}

extension ValueKind where Value == Duration {
    /// Seconds, with up to three decimals.
    static func seconds(_ range: ClosedRange<Duration>) -> Self {
        let ends = [range.lowerBound, range.upperBound].map { DecimalText(units: $0.wholeMilliseconds, places: 3) }
        return Self(
            allowed: "a number of seconds from \(ends[0]) to \(ends[1])",
            read: { text in
                DecimalText(text, places: 3).map { Duration.milliseconds(Int64(clamping: $0.units)) }
                    .flatMap { range.contains($0) ? $0 : nil }
            },
            write: { DecimalText(units: $0.wholeMilliseconds, places: 3).description }
        )
    }
}

extension ValueKind where Value == Difficulty {
    static var difficulty: Self {
        Self(
            allowed: "a number above 0 with at most nine decimals",
            read: { Difficulty($0) },
            write: { $0.description }
        )
    }
}
