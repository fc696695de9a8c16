import BlockFormat
import JSON
import MiningDomain

/// Amounts as Bitcoin's JSON-RPC writes them: decimal coins, exactly.
enum CoinAmount {
    private static let unitsPerCoin: UInt64 = 100_000_000

    /// All decimals are written: `1.50000000`.
    static func json(_ amount: Amount) throws(NodeError) -> JSON {
        let (coins, units) = amount.units.quotientAndRemainder(dividingBy: unitsPerCoin)
        let decimals = String(String(unitsPerCoin + units).dropFirst())
        guard let number = JSONNumber("\(coins).\(decimals)") else { throw .malformed("an amount of our own") }
        return .number(number)
    }

    /// - Returns: `nil` unless it is a whole number of units, and not negative.
    static func amount(_ json: JSON?) -> Amount? {
        json?.number?.decimalUnits(places: Network.amountDecimals).map(Amount.init(units:))
    }

    /// A fee, which the wallet writes as a negative number where money leaves it.
    static func magnitude(_ json: JSON?) -> Amount? {
        guard let text = json?.number?.description else { return nil }
        return amount(JSONNumber(text.hasPrefix("-") ? String(text.dropFirst()) : text).map(JSON.number))
    }
}
