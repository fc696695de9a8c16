import MiningDomain

/// Progress in words.
enum ProgressLine {
    static func text(_ progress: MinerProgress) -> String {
        if let trouble = progress.trouble, progress.binSize == 0 { return "waiting for the pool: \(trouble)" }
        let parts = [
            speed(progress.hashrate),
            work(progress),
            "accepted \(progress.tally.accepted)",
            "stale \(progress.tally.stale)",
            "rejected \(progress.tally.rejected)",
            "blocks \(progress.tally.blocks)",
        ]
        let trouble = progress.trouble.map { ["no answer from the pool: \($0)"] } ?? []
        return (parts + balance(progress.balance) + trouble).joined(separator: " · ")
    }

    private static func work(_ progress: MinerProgress) -> String {
        guard progress.isOpenEnded else { return "bin \(grouped(progress.binSize)) \(progress.binPercent) %" }
        return progress.height.map { "block \($0)" } ?? "jobs \(progress.binsTaken)"
    }

    static func summary(_ progress: MinerProgress) -> String {
        let seconds = max(1, UInt64(progress.elapsed.components.seconds))
        let parts = [
            "searched \(grouped(progress.hashCount)) hashes in \(seconds) s",
            speed(progress.hashCount / seconds),
            "bins \(progress.binsTaken)",
            "accepted \(progress.tally.accepted)",
            "stale \(progress.tally.stale)",
            "rejected \(progress.tally.rejected)",
            "blocks \(progress.tally.blocks)",
        ]
        return (parts + balance(progress.balance)).joined(separator: " · ")
    }

    /// Four significant digits at most, with the unit that suits.
    static func speed(_ hashrate: UInt64) -> String {
        let units: [(UInt64, String)] = [
            (1_000_000_000_000, "TH/s"), (1_000_000_000, "GH/s"), (1_000_000, "MH/s"), (1_000, "kH/s"),
        ]
        guard let (size, name) = units.first(where: { hashrate >= $0.0 }) else { return "\(hashrate) H/s" }
        let hundredths = hashrate / (size / 100)
        return "\(hundredths / 100).\(twoDigits(hundredths % 100)) \(name)"
    }

    /// In coins of 10^8 units, which all networks of this family have.
    static func coins(_ amount: Amount) -> String {
        let (whole, fraction) = amount.units.quotientAndRemainder(dividingBy: 100_000_000)
        return "\(whole).\(String(100_000_000 + fraction).dropFirst())"
    }

    static func grouped(_ number: UInt64) -> String {
        var digits = String(number)[...]
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits = digits.dropLast(3)
        }
        return ([digits] + groups).joined(separator: ",")
    }

    private static func balance(_ balance: Balance?) -> [String] {
        guard let balance else { return [] }
        let money = [
            "balance \(coins(balance.confirmed))", "immature \(coins(balance.immature))", "paid \(coins(balance.paid))",
        ]
        return balance.debt > .zero ? money + ["owed to the pool \(coins(balance.debt))"] : money
    }

    private static func twoDigits(_ number: UInt64) -> String {
        String(String(100 + number).dropFirst())
    }
}
