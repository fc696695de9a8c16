extension Migration {
    /// What a payout spends stays as it was written down, and is held until the payout is cancelled.
    static let coinGuards = #"""
        CREATE FUNCTION keep_coin() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (NEW.payout_id, NEW.coin_txid, NEW.coin_output, NEW.amount, NEW.script_public_key)
                    IS DISTINCT FROM (OLD.payout_id, OLD.coin_txid, OLD.coin_output, OLD.amount, OLD.script_public_key)
                OR (OLD.is_held AND NOT NEW.is_held AND NOT EXISTS (
                    SELECT FROM payouts WHERE payouts.payout_id = OLD.payout_id AND state = 'cancelled'))
            THEN
                RAISE EXCEPTION 'payout % holds its coins', OLD.payout_id USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER payout_coins_keep BEFORE UPDATE ON payout_coins
            FOR EACH ROW EXECUTE FUNCTION keep_coin();
        CREATE TRIGGER payout_coins_stay BEFORE DELETE OR TRUNCATE ON payout_coins
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        """#
}
