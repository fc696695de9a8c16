internal import Hashing
internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// How much work each account did between two shares, and where a round began.
struct WorkReader {
    let session: PostgresSession

    /// The work of each account that has any, in the shares behind `after` (0: from the beginning) up to and with `last`.
    func work(after: Int64, through last: Int64) throws(PostgresError) -> [AccountName: Work] {
        try WindowReader.read(session, after: after, end: last, size: Work(hashes: .max)).work
    }

    /// The last share of the newest round that ended before share number `end`; 0 when there is none.
    ///
    /// A round is ended by the share of a block that is credited or stands on the best chain, never by `block` itself. The
    /// newest is the one with the newest share: in that order work is counted, whenever blocks were heard of.
    func roundEnd(before end: Int64 = .max, of block: Hash256? = nil) throws(PostgresError) -> Int64 {
        try session.execute(
            """
            SELECT coalesce(max(round_end), 0) FROM (
                SELECT coalesce(window_end_seq, (SELECT seq FROM shares WHERE proof_hash = hash), reported_seq)
                FROM blocks WHERE hash <> $1 AND (
                    stage IN ('immature', 'confirmed')
                    OR stage = 'candidate' AND state IN ('accepted', 'confirmed'))
            ) AS rounds (round_end) WHERE round_end < $2
            """,
            [.bytes(block?.bytes ?? []), .integer(end)]
        )[0].integer(0)
    }
}
