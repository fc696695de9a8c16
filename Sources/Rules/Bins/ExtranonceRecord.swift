/// What must outlive the process about extranonce1 values: which may have been given, and until when they may be in use.
package struct ExtranonceRecord: Hashable, Sendable {
    /// Parts that the values are cut into.
    package static let segmentCount = 256
    /// Values of one part: with `segmentCount` parts, all that 24 bits can say.
    package static let segmentSize: UInt32 = 65_536
    /// Ends are rounded up to whole hours, so that they are rarely written: in milliseconds.
    package static let grainMs: UInt64 = 3_600_000

    /// The part that values are given from.
    package private(set) var segment = 0
    /// Its first values, as many as may have been given.
    package private(set) var used: UInt32 = 0
    /// Until when values of each part may be in use, in hours since 1970; 0 for a part that was never given from.
    private var ends = [UInt32](repeating: 0, count: segmentCount)

    /// Nothing was ever given.
    package init() {}

    /// Everything up to `last` was given by a version that kept a bare count, and may be in use until `untilMs`.
    package init(last: UInt32, untilMs: UInt64) {
        segment = Self.segment(of: last)
        used = last % Self.segmentSize + 1
        extend(segment, untilMs: untilMs)
    }

    /// The part that a value, of 24 bits, lies in.
    package static func segment(of value: UInt32) -> Int { Int(value / segmentSize) % segmentCount }

    /// When the last lease of this part ends at the latest, Unix time in milliseconds; 0 when there never was one.
    package func endMs(_ segment: Int) -> UInt64 { UInt64(ends[segment]) * Self.grainMs }

    mutating func extend(_ segment: Int, untilMs: UInt64) {
        let grains = untilMs / Self.grainMs + (untilMs % Self.grainMs == 0 ? 0 : 1)
        ends[segment] = max(ends[segment], UInt32(clamping: grains))
    }

    mutating func use(_ count: UInt32) { used = max(used, min(count, Self.segmentSize)) }

    mutating func enter(_ segment: Int) {
        self.segment = segment
        used = 0
    }
}

// As it is kept on disk: two lines, for a person to read too.
extension ExtranonceRecord: CustomStringConvertible {
    /// Bytes of the longest text.
    package static let textByteCountMax = 4_096

    package var description: String {
        "segment \(segment) used \(used)\nends \(ends.map(String.init).joined(separator: " "))\n"
    }

    /// - Returns: `nil` for what `description` never wrote.
    package init?(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 3, lines[2].isEmpty else { return nil }
        let place = lines[0].split(separator: " ")
        let ends = lines[1].split(separator: " ")
        guard place.count == 4, place[0] == "segment", place[2] == "used", let segment = Int(place[1]),
            let used = UInt32(place[3]), (0..<Self.segmentCount).contains(segment), used <= Self.segmentSize,
            ends.first == "ends", ends.count == 1 + Self.segmentCount
        else { return nil }
        self.segment = segment
        self.used = used
        self.ends = ends.dropFirst().compactMap { UInt32($0) }
        guard self.ends.count == Self.segmentCount else { return nil }
    }
}
