internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// How much work each account did between two shares.
struct WorkReader {
    let session: PostgresSession

    /// The work of each account that has any, in the shares behind `after` (0: from the beginning) up to and with `last`.
    func work(after: Int64, through last: Int64) throws(PostgresError) -> [AccountName: Work] {
        try WindowReader.read(session, after: after, end: last, size: Work(hashes: .max)).work
    }
}
