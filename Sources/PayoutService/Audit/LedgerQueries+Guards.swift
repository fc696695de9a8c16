extension LedgerQueries {
    /// Tables that are append-only, or nearly, and what keeps them so.
    private static let triggers: [(name: String, table: String)] = [
        ("transfers_are_final", "transfers"), ("transfers_move_balances", "transfers"),
        ("payouts_keep_their_transaction", "payouts"), ("payouts_stay", "payouts"),
        ("payout_outputs_are_final", "payout_outputs"), ("block_credits_are_final", "block_credits"),
        ("payout_transactions_are_final", "payout_transactions"),
        ("payout_coins_keep", "payout_coins"), ("payout_coins_stay", "payout_coins"),
        ("payout_fee_parts_are_final", "payout_fee_parts"), ("operator_log_is_final", "operator_log"),
        ("payout_handovers_keep", "payout_handovers"), ("payout_handovers_stay", "payout_handovers"),
    ]

    /// What stands in a table once: as many lines as these would be paid as often.
    ///
    /// By their columns, whatever they are called.
    private static let uniques: [(table: String, columns: String)] = [
        ("accounts", "(account_id)"), ("accounts", "(address)"), ("shares", "(proof_hash, day)"),
        ("blocks", "(hash)"), ("block_credits", "(block_hash, round, account_id)"),
        ("balances", "(account_id, bucket)"), ("transfers", "(transfer_id)"),
        (
            "transfers",
            "(kind, reference, debit_account_id, debit_bucket, credit_account_id, credit_bucket)"
        ),
        ("payouts", "(payout_id)"), ("payouts", "(txid)"), ("payout_outputs", "(payout_id, account_id)"),
        ("payout_fee_parts", "(payout_id, account_id)"), ("payout_handovers", "(payout_id)"),
        ("payout_transactions", "(txid)"), ("payout_transactions", "(payout_id, version)"),
        ("payout_coins", "(payout_id, coin_txid, coin_output)"),
        ("payout_coins", "(coin_txid, coin_output) WHERE is_held"),
    ]

    /// Rows that no statement may write, by the constraint's name.
    private static let constraints: [(name: String, table: String)] = [
        ("accounts_address_check", "accounts"), ("accounts_check", "accounts"),
        ("shares_hash_is_whole", "shares"), ("shares_have_work", "shares"),
        ("blocks_check", "blocks"), ("blocks_check1", "blocks"), ("blocks_check2", "blocks"),
        ("blocks_fee_millionths_check", "blocks"), ("blocks_finder_account_id_fkey", "blocks"),
        ("blocks_hash_check", "blocks"), ("blocks_network_work_check", "blocks"),
        ("blocks_proof_root_check", "blocks"), ("blocks_proof_seed_check", "blocks"),
        ("blocks_reward_check", "blocks"), ("blocks_scheme_check", "blocks"), ("blocks_stage_check", "blocks"),
        ("blocks_window_factor_millionths_check", "blocks"),
        ("block_credits_amount_check", "block_credits"), ("block_credits_work_check", "block_credits"),
        ("balances_account_id_fkey", "balances"), ("balances_bucket_check", "balances"),
        ("balances_check", "balances"), ("only_debt_is_below_zero", "balances"),
        ("transfers_amount_check", "transfers"), ("transfers_check", "transfers"),
        ("transfers_kind_fkey", "transfers"),
        ("payouts_check1", "payouts"), ("payouts_network_fee_check", "payouts"),
        ("payouts_round_count_check", "payouts"), ("payouts_state_check", "payouts"),
        ("payouts_taken_back_height_check", "payouts"), ("payouts_txid_check", "payouts"),
        ("signed_or_not", "payouts"),
        ("payout_outputs_account_id_fkey", "payout_outputs"), ("payout_outputs_amount_check", "payout_outputs"),
        ("payout_outputs_payout_id_fkey", "payout_outputs"),
        ("payout_fee_parts_amount_check", "payout_fee_parts"),
        ("payout_fee_parts_payout_id_account_id_fkey", "payout_fee_parts"),
        ("payout_handovers_height_check", "payout_handovers"),
        ("payout_handovers_network_fee_check", "payout_handovers"),
        ("payout_handovers_payout_id_fkey", "payout_handovers"), ("payout_handovers_psbt_check", "payout_handovers"),
        ("payout_transactions_network_fee_check", "payout_transactions"),
        ("payout_transactions_payout_id_fkey", "payout_transactions"),
        ("payout_transactions_signed_height_check", "payout_transactions"),
        ("payout_transactions_txid_check", "payout_transactions"),
        ("payout_transactions_version_check", "payout_transactions"),
        ("payout_transactions_virtual_size_check", "payout_transactions"),
        ("payout_coins_amount_check", "payout_coins"), ("payout_coins_coin_output_check", "payout_coins"),
        ("payout_coins_coin_txid_check", "payout_coins"), ("payout_coins_payout_id_fkey", "payout_coins"),
    ]

    /// What makes the database itself refuse what must not be written.
    static let guards: [LedgerQuery] = [
        LedgerQuery(
            .guardMissing,
            """
            SELECT format('trigger %s on %s', wanted.name, wanted.place)
            FROM (VALUES \(values(triggers.map { [$0.name, $0.table] }))) AS wanted (name, place)
            WHERE NOT EXISTS (
                SELECT FROM pg_trigger WHERE tgname = wanted.name AND tgrelid = to_regclass(wanted.place)
                    -- 'R' is heeded by replicas alone.
                    AND tgenabled IN ('O', 'A'))
            UNION ALL
            SELECT format('one row of %s for each %s', place, columns)
            FROM (VALUES \(values(uniques.map { [$0.table, $0.columns] }))) AS wanted (place, columns)
            WHERE NOT EXISTS (
                SELECT FROM pg_index WHERE indrelid = to_regclass(place) AND indisunique AND indisvalid AND indislive
                    AND regexp_replace(pg_get_indexdef(indexrelid), '^.* USING btree ', '') = columns)
            UNION ALL
            SELECT format('constraint %s on %s', name, place)
            FROM (VALUES \(values(constraints.map { [$0.name, $0.table] }))) AS wanted (name, place)
            WHERE NOT EXISTS (
                SELECT FROM pg_constraint WHERE conname = name AND conrelid = to_regclass(place))
            """
        )
    ]

    private static func values(_ rows: [[String]]) -> String {
        rows.map { row in "(\(row.map { "'\($0)'" }.joined(separator: ", ")))" }.joined(separator: ", ")
    }
}
