extension LedgerQueries {
    /// What is cheap to look at.
    static let slices = [
        LedgerQuery(
            .sliceGap,
            """
            WITH gaps AS (
                SELECT coalesce(max(last_seq) OVER (
                    ORDER BY first_seq, last_seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) + 1 AS first,
                    first_seq - 1 AS last
                FROM work_spans
                UNION ALL
                SELECT (SELECT coalesce(max(last_seq), 0) + 1 FROM work_spans), value::bigint FROM meta
                WHERE key = 'rolled_up_seq')
            SELECT format('from share %s to %s', first, last) FROM gaps
            WHERE first <= last AND EXISTS (SELECT FROM shares WHERE seq BETWEEN first AND last)
            """
        ),
        LedgerQuery(
            .sliceOverlap,
            """
            SELECT format('level %s: up to %s, and %s to %s', level, before, first_seq, last_seq) FROM (
                SELECT level, first_seq, last_seq, max(last_seq) OVER (
                    PARTITION BY level ORDER BY first_seq, last_seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ) AS before
                FROM work_spans
            ) AS ordered WHERE before >= first_seq
            """
        ),
        LedgerQuery(
            .rollupAhead,
            """
            SELECT format('added up to %s, newest share %s, newest slice %s', done, newest, sliced) FROM (
                SELECT (SELECT value::bigint FROM meta WHERE key = 'rolled_up_seq') AS done,
                    (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM share_sequence) AS newest,
                    (SELECT coalesce(max(last_seq), 0) FROM work_spans) AS sliced
            ) AS ends WHERE done IS NULL OR done > newest OR sliced > done
            """
        ),
    ]

    /// From where on every share is kept: `seq` is the last share before that, `day` the first whole day; 0 when none was
    /// ever dropped.
    ///
    /// Days are dropped by the time in the header. A share can be recorded later than its day, from a spool: by a week at most
    /// here, or its slice would look wrong once its day is gone.
    private static let dropped = """
        ends AS (
            SELECT max(seq) AS newest, greatest(
                (SELECT value::integer FROM meta WHERE key = 'shares_closed_day'),
                CASE WHEN min(seq) > 1 THEN coalesce(min(day) FILTER (WHERE day > 0) - 1, 0) ELSE 0 END) AS closed
            FROM shares),
        dropped AS (
            SELECT CASE WHEN newest IS NULL THEN 9223372036854775807 WHEN closed <= 0 THEN 0
                    ELSE (SELECT coalesce(max(seq), 0) FROM shares WHERE day <= closed + 7) END AS seq,
                CASE WHEN newest IS NULL THEN 2147483647 WHEN closed <= 0 THEN 0 ELSE closed + 2 END AS day
            FROM ends),
        rolled AS (SELECT value::bigint AS seq FROM meta WHERE key = 'rolled_up_seq')
        """

    /// The slices of higher levels that lie over slices of the level below without a gap.
    private static let whole = """
        (
            SELECT coarse.level, coarse.first_seq, coarse.last_seq FROM work_spans AS coarse JOIN work_spans AS finer
                ON finer.level = coarse.level - 1 AND finer.first_seq >= coarse.first_seq
                    AND finer.last_seq <= coarse.last_seq
            GROUP BY coarse.level, coarse.first_seq, coarse.last_seq
            HAVING sum(finer.last_seq - finer.first_seq + 1) = coarse.last_seq - coarse.first_seq + 1
        )
        """

    /// What reads every share: minutes for a hundred million.
    static let shares = [
        LedgerQuery(
            .sliceWrong,
            """
            WITH \(dropped),
            kept AS (SELECT * FROM work_slices WHERE level = 0 AND first_seq > (SELECT seq FROM dropped)),
            counted AS (
                SELECT last_seq, account_id, sum(work) AS work
                FROM (SELECT DISTINCT first_seq, last_seq FROM kept) AS slices
                JOIN (SELECT seq, account_id, work FROM shares) AS shares ON seq BETWEEN first_seq AND last_seq
                GROUP BY last_seq, account_id)
            SELECT format('up to share %s, account %s: %s, its shares %s', last_seq, account_id,
                coalesce(kept.work, 0), coalesce(counted.work, 0))
            FROM counted FULL JOIN kept USING (last_seq, account_id)
            WHERE coalesce(kept.work, 0) <> coalesce(counted.work, 0)
            UNION ALL
            SELECT format('level %s, up to share %s: %s, its accounts %s', level, last_seq, coalesce(work, 0),
                coalesce(summed, 0))
            FROM work_spans FULL JOIN (
                SELECT level, last_seq, sum(work) AS summed FROM work_slices GROUP BY level, last_seq
            ) AS by_account USING (level, last_seq)
            WHERE coalesce(work, 0) <> coalesce(summed, 0)
            UNION ALL
            -- What a slice was made of, where that is all still there.
            SELECT format('level %s, up to share %s, account %s: %s, made of %s', level, last_seq, account_id,
                coalesce(coarse.work, 0), coalesce(made.work, 0))
            FROM (
                SELECT coarse.level, coarse.last_seq, account_id, sum(finer_slices.work) AS work
                FROM \(whole) AS coarse JOIN work_slices AS finer_slices
                    ON finer_slices.level = coarse.level - 1 AND finer_slices.first_seq >= coarse.first_seq
                        AND finer_slices.last_seq <= coarse.last_seq
                GROUP BY coarse.level, coarse.last_seq, account_id
            ) AS made FULL JOIN (
                SELECT level, last_seq, account_id, work_slices.work FROM \(whole) AS known
                JOIN work_slices USING (level, last_seq)
            ) AS coarse USING (level, last_seq, account_id)
            WHERE coalesce(coarse.work, 0) <> coalesce(made.work, 0)
            """
        ),
        LedgerQuery(
            .minuteWrong,
            """
            WITH \(dropped),
            counted AS (
                SELECT judged_at_ms / 60000 AS minute, worker_id, count(*) AS accepted, sum(work) AS work
                FROM shares JOIN clients USING (client_number)
                WHERE seq <= (SELECT seq FROM rolled) GROUP BY 1, 2)
            SELECT format('minute %s, worker %s: %s shares of work %s, its shares %s of %s', minute, worker_id,
                coalesce(kept.accepted, 0), coalesce(kept.work, 0), coalesce(counted.accepted, 0),
                coalesce(counted.work, 0))
            FROM counted FULL JOIN work_minutes AS kept USING (minute, worker_id)
            -- Minutes are dropped by their age too.
            WHERE minute >= (SELECT min(minute) FROM work_minutes) AND minute >= (SELECT day::bigint * 1440 FROM dropped)
                AND (coalesce(kept.work, 0), coalesce(kept.accepted, 0))
                    <> (coalesce(counted.work, 0), coalesce(counted.accepted, 0))
            """
        ),
        LedgerQuery(
            .counterWrong,
            """
            WITH \(dropped),
            counted AS (
                SELECT worker_id, count(*) AS accepted FROM shares JOIN clients USING (client_number)
                WHERE seq <= (SELECT seq FROM rolled) GROUP BY worker_id)
            SELECT format('worker %s: %s, its shares %s', worker_id, coalesce(kept.accepted, 0),
                coalesce(counted.accepted, 0))
            FROM counted FULL JOIN worker_counters AS kept USING (worker_id)
            WHERE coalesce(kept.accepted, 0) < coalesce(counted.accepted, 0)
                OR coalesce(kept.accepted, 0) > coalesce(counted.accepted, 0) AND (SELECT day = 0 FROM dropped)
            """
        ),
        LedgerQuery(
            .shareOwnerMissing,
            """
            SELECT format('client %s of account %s: %s shares', client_number, account_id, count(*)) FROM shares
            WHERE NOT EXISTS (SELECT FROM accounts WHERE accounts.account_id = shares.account_id) OR NOT EXISTS (
                SELECT FROM clients JOIN workers USING (worker_id)
                WHERE clients.client_number = shares.client_number AND workers.account_id = shares.account_id)
            GROUP BY client_number, account_id
            """
        ),
    ]
}
