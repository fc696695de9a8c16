extension Migration {
    /// Shares in one partition for each day of their headers, so that a day can be dropped whole.
    ///
    /// The day is of the time in the header, which is hashed: a proof has one day for ever, and what is unique in its day is
    /// unique.
    static let shareDays = #"""
        ALTER SEQUENCE share_sequence OWNED BY NONE;
        ALTER TABLE shares RENAME TO shares_untimed;
        ALTER TABLE shares_untimed DROP CONSTRAINT shares_pkey;
        DROP INDEX shares_seq;
        ALTER TABLE shares_untimed DROP CONSTRAINT shares_proof_hash_check;
        ALTER TABLE shares_untimed DROP CONSTRAINT shares_work_check;
        ALTER TABLE shares_untimed ADD COLUMN day integer NOT NULL DEFAULT 0;

        -- In this order a row has no gaps. The number is unique because the sequence gives it.
        CREATE TABLE shares (
            seq bigint NOT NULL DEFAULT nextval('share_sequence'),
            job_id bigint NOT NULL,
            submission_id bigint NOT NULL,
            judged_at_ms bigint NOT NULL,
            account_id integer NOT NULL,
            client_number integer NOT NULL,
            day integer NOT NULL,
            proof_hash bytea NOT NULL,
            work numeric(20, 0) NOT NULL
        ) PARTITION BY LIST (day);
        -- Day 0: shares whose header's time is not known, as an earlier release recorded them.
        ALTER TABLE shares ATTACH PARTITION shares_untimed FOR VALUES IN (0);
        ALTER TABLE shares ADD CONSTRAINT shares_hash_is_whole CHECK (octet_length(proof_hash) = 32);
        ALTER TABLE shares ADD CONSTRAINT shares_have_work CHECK (work >= 1);
        ALTER TABLE shares ADD CONSTRAINT shares_pay_once UNIQUE (proof_hash, day);
        CREATE INDEX shares_seq ON shares (seq);
        ALTER SEQUENCE share_sequence OWNED BY shares.seq;

        -- The newest day that was dropped: it and all before it take no shares any more.
        INSERT INTO meta VALUES ('shares_closed_day', '0');

        -- Makes a day's partition. False for a day that was dropped. CREATE TABLE … PARTITION OF would lock out everybody
        -- who records; ATTACH does not. Whoever makes or drops days takes turns.
        CREATE FUNCTION make_share_day(wanted integer) RETURNS boolean LANGUAGE plpgsql AS $$
        DECLARE
            name text := 'shares_' || wanted;
        BEGIN
            -- Read from the catalogue itself: what this session remembers of it may be older than the lock.
            IF EXISTS (SELECT FROM pg_class WHERE relname = name) THEN RETURN true; END IF;
            PERFORM pg_advisory_xact_lock(7813000000000004);
            IF EXISTS (SELECT FROM pg_class WHERE relname = name) THEN RETURN true; END IF;
            IF wanted <= (SELECT value::integer FROM meta WHERE key = 'shares_closed_day') THEN RETURN false; END IF;
            EXECUTE format('CREATE TABLE %I (LIKE shares INCLUDING ALL)', name);
            EXECUTE format('ALTER TABLE shares ATTACH PARTITION %I FOR VALUES IN (%s)', name, wanted);
            RETURN true;
        END $$;

        -- Drops a day's partition, or empties day 0. False while shares of it are not rolled up.
        CREATE FUNCTION drop_share_day(wanted integer) RETURNS boolean LANGUAGE plpgsql AS $$
        DECLARE
            name text := CASE wanted WHEN 0 THEN 'shares_untimed' ELSE 'shares_' || wanted END;
            newest bigint;
        BEGIN
            PERFORM pg_advisory_xact_lock(7813000000000004);
            IF wanted = 0 THEN
                LOCK TABLE shares_untimed IN ACCESS EXCLUSIVE MODE;
            ELSE
                LOCK TABLE shares IN ACCESS EXCLUSIVE MODE;
            END IF;
            EXECUTE format('SELECT coalesce(max(seq), 0) FROM %I', name) INTO newest;
            IF newest > (SELECT value::bigint FROM meta WHERE key = 'rolled_up_seq') THEN RETURN false; END IF;
            IF wanted = 0 THEN
                TRUNCATE shares_untimed;
            ELSE
                UPDATE meta SET value = greatest(value::integer, wanted) WHERE key = 'shares_closed_day';
                EXECUTE format('DROP TABLE %I', name);
            END IF;
            RETURN true;
        END $$;

        -- As before, with each share's day. The days' partitions are there.
        DROP FUNCTION record_shares;
        CREATE FUNCTION record_shares(
            hashes bytea[], days integer[], job_ids bigint[], submission_ids bigint[], judged_at bigint[],
            account_ids integer[], client_numbers integer[], works bigint[], refusing_worker_ids integer[],
            stale_counts bigint[], refused_counts bigint[])
        RETURNS TABLE (place bigint) LANGUAGE plpgsql AS $$
        DECLARE
            part_count bigint;
            recorded_count bigint := 0;
            has_untimed boolean := 0 = ANY (days);
        BEGIN
            -- Held to the end of the transaction: the roll-up takes it alone to know that no number is still on its way.
            -- A share without a day is unique only among all: nobody else may record meanwhile.
            IF has_untimed THEN
                PERFORM pg_advisory_xact_lock(7813000000000003);
            ELSE
                PERFORM pg_advisory_xact_lock_shared(7813000000000003);
            END IF;
            IF cardinality(refusing_worker_ids) > 0 THEN
                INSERT INTO worker_counters (worker_id, stale, refused)
                    SELECT * FROM unnest(refusing_worker_ids, stale_counts, refused_counts) AS given (worker_id, stale, refused)
                    ORDER BY given.worker_id
                    ON CONFLICT (worker_id) DO UPDATE SET
                        stale = worker_counters.stale + excluded.stale,
                        refused = worker_counters.refused + excluded.refused;
            END IF;
            IF NOT has_untimed AND NOT EXISTS (SELECT FROM shares_untimed) THEN
                INSERT INTO shares (proof_hash, day, job_id, submission_id, judged_at_ms, account_id, client_number, work)
                    SELECT hash, day, job_id, submission_id, judged_at_ms, account_id, client_number,
                        CASE WHEN work < 0 THEN work + 18446744073709551616 ELSE work END
                    FROM unnest(hashes, days, job_ids, submission_ids, judged_at, account_ids, client_numbers, works)
                        AS given (hash, day, job_id, submission_id, judged_at_ms, account_id, client_number, work)
                    ON CONFLICT (proof_hash, day) DO NOTHING;
                GET DIAGNOSTICS recorded_count = ROW_COUNT;
            ELSE
                -- Those with a day first: those without look for themselves among all of them. LIMIT keeps the planner
                -- from reading whole tables instead of asking their indexes.
                INSERT INTO shares (proof_hash, day, job_id, submission_id, judged_at_ms, account_id, client_number, work)
                    SELECT hash, day, job_id, submission_id, judged_at_ms, account_id, client_number,
                        CASE WHEN work < 0 THEN work + 18446744073709551616 ELSE work END
                    FROM unnest(hashes, days, job_ids, submission_ids, judged_at, account_ids, client_numbers, works)
                        AS given (hash, day, job_id, submission_id, judged_at_ms, account_id, client_number, work)
                    WHERE day <> 0 AND (SELECT seq FROM shares_untimed WHERE proof_hash = hash LIMIT 1) IS NULL
                    ON CONFLICT (proof_hash, day) DO NOTHING;
                GET DIAGNOSTICS part_count = ROW_COUNT;
                recorded_count := part_count;
                INSERT INTO shares (proof_hash, day, job_id, submission_id, judged_at_ms, account_id, client_number, work)
                    SELECT hash, 0, job_id, submission_id, judged_at_ms, account_id, client_number,
                        CASE WHEN work < 0 THEN work + 18446744073709551616 ELSE work END
                    FROM unnest(hashes, days, job_ids, submission_ids, judged_at, account_ids, client_numbers, works)
                        AS given (hash, day, job_id, submission_id, judged_at_ms, account_id, client_number, work)
                    WHERE day = 0 AND (SELECT seq FROM shares WHERE proof_hash = hash LIMIT 1) IS NULL
                    ON CONFLICT (proof_hash, day) DO NOTHING;
                GET DIAGNOSTICS part_count = ROW_COUNT;
                recorded_count := recorded_count + part_count;
            END IF;
            IF recorded_count = cardinality(hashes) THEN RETURN; END IF;
            RETURN QUERY
                SELECT given.place
                FROM unnest(hashes, days, submission_ids) WITH ORDINALITY AS given (hash, day, submission_id, place)
                WHERE given.submission_id <> coalesce(
                    (SELECT shares.submission_id FROM shares
                        WHERE shares.proof_hash = given.hash AND shares.day = given.day LIMIT 1),
                    (SELECT shares.submission_id FROM shares WHERE shares.proof_hash = given.hash LIMIT 1));
        END $$;
        """#
}
