extension Migration {
    /// What people have done about the money, and what they were refused.
    static let operatorTables = #"""
        CREATE TABLE operator_log (
            entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at_ms bigint NOT NULL,
            -- Who says to have done it: USER@HOST, as the command gives it.
            operator text NOT NULL CHECK (octet_length(operator) BETWEEN 1 AND 200),
            action text NOT NULL CHECK (octet_length(action) BETWEEN 1 AND 40),
            -- Such as "payout 7".
            object text NOT NULL CHECK (octet_length(object) BETWEEN 1 AND 120),
            parameters jsonb NOT NULL CHECK (octet_length(parameters::text) <= 4000),
            outcome text NOT NULL CHECK (outcome IN ('done', 'refused')),
            -- Why it was refused, or what came of it.
            note text NOT NULL CHECK (octet_length(note) <= 2000)
        );
        CREATE INDEX operator_log_object ON operator_log (object, entry_id);
        CREATE TRIGGER operator_log_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON operator_log
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        """#
}
