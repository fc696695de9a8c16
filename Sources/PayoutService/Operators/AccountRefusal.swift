internal import Ledger
internal import PostgresClient

/// Why an operator is not shown an account, or may not set what they wished.
enum AccountRefusal: Error, Equatable {
    case notAnAddress(String)
    /// No work was ever recorded for it.
    case unknown(AccountName)
    case wish(AccountWish.Refusal)
    case database(PostgresError)
}

extension AccountRefusal: CustomStringConvertible {
    var description: String {
        switch self {
        case .notAnAddress(let text): "\"\(text)\" is no address of this network"
        case .unknown(let account): "no work was ever recorded for \(account)"
        case .wish(let refusal): "\(refusal)"
        case .database(let error): "the ledger's database: \(error)"
        }
    }
}
