extension Migration {
    /// What the audit needs to follow references.
    static let auditFunctions = #"""
        -- A hash as people read it, and as transfers refer to it: its bytes backwards, in hex.
        CREATE FUNCTION display_hex(hash bytea) RETURNS text IMMUTABLE LANGUAGE sql AS $$
            SELECT string_agg(lpad(to_hex(get_byte(hash, place)), 2, '0'), '' ORDER BY place DESC)
            FROM generate_series(0, octet_length(hash) - 1) AS place
        $$;
        """#
}
