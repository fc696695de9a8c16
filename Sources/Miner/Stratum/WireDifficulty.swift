import Hashing
import JSON
import MiningDomain

/// A difficulty just as a pool wrote it: a decimal fraction, so that pool and miner mean one target to the last bit.
struct WireDifficulty: Hashable, Sendable {
    /// Past the shortest text of any binary fraction that makes sense as a difficulty.
    static let placeCountMax = 40

    /// What holds until a pool says something else.
    static let one = WireDifficulty(units: 1, places: 0)

    /// The difficulty times 10^`places`; not zero.
    private let units: UInt64
    private let places: Int

    private init(units: UInt64, places: Int) {
        self.units = units
        self.places = places
    }

    /// - Returns: `nil` for zero, for less, and for more digits than 64 bits hold.
    init?(_ number: JSONNumber) {
        for places in 0...Self.placeCountMax {
            guard let units = number.decimalUnits(places: places) else { continue }
            guard units > 0 else { return nil }
            self.init(units: units, places: places)
            return
        }
        return nil
    }

    /// Rounded down, as exact integers are; the largest there is for a difficulty that is easier than that.
    func target(for algorithm: ProofAlgorithm) -> Target {
        let whole = Self.differenceOne(algorithm).quotientAndRemainder(dividingBy: UInt256(UInt128(units)))
        var target = whole.quotient
        var remainder = whole.remainder.bigEndianBytes.suffix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        // Long division, on past the point: each place is one digit more.
        for _ in 0..<places {
            let (digit, left) = (remainder * 10).quotientAndRemainder(dividingBy: UInt128(units))
            let (shifted, overflow) = target.multipliedReportingOverflow(by: 10)
            let (sum, carry) = shifted.addingReportingOverflow(UInt256(digit))
            guard !overflow, !carry else { return Target(.max) }
            (target, remainder) = (sum, left)
        }
        return Target(target)
    }

    /// The target of difficulty 1 on the scale that Stratum miners of this algorithm use.
    private static func differenceOne(_ algorithm: ProofAlgorithm) -> UInt256 {
        switch algorithm {
        case .sha256d: UInt256(0xffff) << 208
        case .scrypt: UInt256(0xffff) << 224
        }
    }
}
