extension Migration {
    /// Slices in sizes, and a line for each, so that a window is found without a look at its accounts.
    static let workSpans = #"""
        ALTER TABLE work_slices ADD COLUMN level smallint NOT NULL DEFAULT 0;
        ALTER TABLE work_slices DROP CONSTRAINT work_slices_pkey;
        ALTER TABLE work_slices ADD PRIMARY KEY (level, last_seq, account_id);

        -- One for each slice: its ends, and its work in all. Those of level 0 follow each other without a gap; those of a
        -- higher level are made of whole ones of the level below.
        CREATE TABLE work_spans (
            last_seq bigint NOT NULL,
            level smallint NOT NULL CHECK (level >= 0),
            first_seq bigint NOT NULL CHECK (first_seq <= last_seq),
            work numeric NOT NULL CHECK (work >= 0),
            PRIMARY KEY (last_seq, level)
        );
        INSERT INTO work_spans SELECT last_seq, 0, first_seq, sum(work) FROM work_slices GROUP BY first_seq, last_seq;
        """#
}
