extension Migration {
    /// Payouts that somebody else signs.
    static let handoverTable = #"""
        CREATE TABLE payout_handovers (
            payout_id bigint PRIMARY KEY REFERENCES payouts,
            -- Base64 (BIP 174), unsigned.
            psbt text NOT NULL CHECK (octet_length(psbt) <= 4194304),
            network_fee bigint NOT NULL CHECK (network_fee >= 0),
            -- The chain's height when it was drawn up.
            height bigint NOT NULL CHECK (height >= 0),
            created_at_ms bigint NOT NULL,
            -- When it was first handed out: from then on somebody may have signed it.
            exported_at_ms bigint
        );

        CREATE FUNCTION keep_handover() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (NEW.payout_id, NEW.psbt, NEW.network_fee, NEW.height, NEW.created_at_ms)
                    IS DISTINCT FROM (OLD.payout_id, OLD.psbt, OLD.network_fee, OLD.height, OLD.created_at_ms)
                OR (OLD.exported_at_ms IS NOT NULL AND NEW.exported_at_ms IS DISTINCT FROM OLD.exported_at_ms)
            THEN
                RAISE EXCEPTION 'payout % was drawn up already', OLD.payout_id USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER payout_handovers_keep BEFORE UPDATE ON payout_handovers
            FOR EACH ROW EXECUTE FUNCTION keep_handover();
        CREATE TRIGGER payout_handovers_stay BEFORE DELETE OR TRUNCATE ON payout_handovers
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        """#
}
