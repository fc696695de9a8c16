import ChainAdapter
import Hashing
import Ledger
import Messages
import MiningDomain
import PostgresClient
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@testable import PayoutService

/// Damage made by hand in a real database: the audit names each kind, and nothing besides.
@Suite struct DamageTests {
    struct Damage: CustomTestStringConvertible, Sendable {
        /// The row that is changed, and how.
        let title: String
        let check: LedgerCheck
        /// What cannot be wrong without the other.
        var also: Set<LedgerCheck> = []
        /// Run without triggers and foreign keys.
        let sql: String

        var testDescription: String { title }
    }

    private static let immature = Example.hash(7).displayHex + "/1"
    private static let orphan = Example.hash(8).displayHex + "/1"
    private static let ripe = Example.hash(6).displayHex + "/1"

    static let damages: [Damage] = [
        // Money.
        Damage(
            title: "a unit appears from nowhere",
            check: .sumsNotZero,
            also: [.balanceWrong],
            sql: "UPDATE balances SET balance = balance + 1 WHERE bucket = 'fee'"
        ),
        Damage(
            title: "a unit moves from one balance to another without a transfer",
            check: .balanceWrong,
            sql: """
                UPDATE balances SET balance = balance + 1 WHERE bucket = 'fee';
                UPDATE balances SET balance = balance - 1 WHERE bucket = 'chain'
                """
        ),
        Damage(
            title: "a miner has less than nothing",
            check: .balanceNegative,
            sql: """
                ALTER TABLE balances DROP CONSTRAINT only_debt_is_below_zero;
                INSERT INTO transfer_kinds VALUES ('by_hand');
                SELECT redo('by_hand', 'x', mine(1), 'confirmed', 0, 'fee', 1 + (
                    SELECT balance FROM balances WHERE account_id = mine(1) AND bucket = 'confirmed'));
                ALTER TABLE balances ADD CONSTRAINT only_debt_is_below_zero CHECK (
                    account_id = 0 OR CASE bucket WHEN 'debt' THEN balance <= 0 ELSE balance >= 0 END) NOT VALID
                """
        ),
        Damage(
            title: "the network's fee flows back to the chain",
            check: .transferShape,
            sql: """
                UPDATE transfers SET credit_bucket = 'chain' WHERE kind = 'payout_fee' AND reference = '2';
                UPDATE balances SET balance = balance + (SELECT network_fee FROM payouts WHERE payout_id = 2)
                    WHERE bucket = 'chain';
                UPDATE balances SET balance = balance - (SELECT network_fee FROM payouts WHERE payout_id = 2)
                    WHERE bucket = 'network_fee'
                """
        ),
        Damage(
            title: "a block's finder does not exist",
            check: .accountMissing,
            sql: "UPDATE blocks SET finder_account_id = 999999 WHERE stage = 'candidate'"
        ),
        Damage(
            title: "transfers may be changed",
            check: .guardMissing,
            sql: "ALTER TABLE transfers DISABLE TRIGGER transfers_are_final"
        ),
        Damage(
            title: "transfers may be changed by whoever is no replica",
            check: .guardMissing,
            sql: "ALTER TABLE transfers ENABLE REPLICA TRIGGER transfers_are_final"
        ),
        Damage(
            title: "transfers no longer move balances",
            check: .guardMissing,
            sql: "DROP TRIGGER transfers_move_balances ON transfers"
        ),
        Damage(
            title: "a transfer may be written twice",
            check: .guardMissing,
            sql: """
                DO $$ BEGIN EXECUTE (SELECT 'ALTER TABLE transfers DROP CONSTRAINT ' || conname FROM pg_constraint
                    WHERE conrelid = 'transfers'::regclass AND contype = 'u'); END $$
                """
        ),
        Damage(
            title: "two payouts may hold one coin",
            check: .guardMissing,
            sql: "DROP INDEX payout_coins_held"
        ),
        Damage(
            title: "two payouts that are cancelled may not hold one coin, and two others may",
            check: .guardMissing,
            sql: """
                DROP INDEX payout_coins_held;
                CREATE UNIQUE INDEX payout_coins_held ON payout_coins (coin_txid, coin_output) WHERE NOT is_held
                """
        ),
        Damage(
            title: "a proof may be paid twice",
            check: .guardMissing,
            sql: "ALTER TABLE shares DROP CONSTRAINT shares_pay_once"
        ),
        // Blocks.
        Damage(
            title: "a block's credit was removed",
            check: .creditMissing,
            sql: """
                SELECT undo('block_credit', '\(immature)');
                DELETE FROM block_credits WHERE block_hash = (SELECT hash FROM blocks WHERE stage = 'immature');
                UPDATE blocks SET proof_root = NULL, proof_seed = NULL, proof_round = NULL WHERE stage = 'immature'
                """
        ),
        Damage(
            title: "a block's reward was raised",
            check: .creditWrong,
            sql: "UPDATE blocks SET reward = reward + 1 WHERE stage = 'immature'"
        ),
        Damage(
            title: "a credited block was removed",
            check: .creditWithoutBlock,
            sql: "DELETE FROM blocks WHERE stage = 'immature'"
        ),
        Damage(
            title: "a round of a block was forgotten",
            check: .creditWithoutBlock,
            sql:
                "UPDATE blocks SET round_count = 0, window_end_seq = NULL WHERE display_hex(hash) || '/1' = '\(orphan)'"
        ),
        Damage(
            title: "a confirmed block's money is immature again",
            check: .matureWrong,
            sql: "SELECT undo('block_mature', '\(ripe)')"
        ),
        Damage(
            title: "an immature block's money is spendable",
            check: .matureEarly,
            sql: """
                SELECT redo('block_mature', reference, credit_account_id, 'immature', credit_account_id, 'confirmed', amount)
                FROM transfers WHERE kind = 'block_credit' AND reference = '\(immature)' AND credit_bucket = 'immature'
                """
        ),
        Damage(
            title: "a confirmed block is called immature",
            check: .matureEarly,
            sql: "UPDATE blocks SET stage = 'immature' WHERE display_hex(hash) || '/1' = '\(ripe)'"
        ),
        Damage(
            title: "an orphan's credit was never taken back",
            check: .reversalMissing,
            sql: "SELECT undo('block_reverse', '\(orphan)')"
        ),
        Damage(
            title: "a credited block is called orphaned",
            check: .reversalMissing,
            sql: "UPDATE blocks SET stage = 'orphaned' WHERE display_hex(hash) || '/1' = '\(ripe)'"
        ),
        Damage(
            title: "one miner keeps what an orphan gave",
            check: .reversalWrong,
            sql: "SELECT undo('block_reverse', '\(orphan)', mine(1))"
        ),
        Damage(
            title: "a credit that stands was taken back",
            check: .reversalUnexpected,
            sql: """
                SELECT redo('block_reverse', reference, credit_account_id, credit_bucket, 0, 'chain', amount)
                FROM transfers WHERE kind = 'block_credit' AND reference = '\(immature)'
                """
        ),
        Damage(
            title: "a debt was taken from a block that gave nothing",
            check: .recoveryWrong,
            sql: "UPDATE transfers SET reference = '\(orphan)' WHERE kind = 'debt_recover' AND reference LIKE '%/%'"
        ),
        Damage(
            title: "a debt was taken from a payout that gave nothing back",
            check: .recoveryWrong,
            sql: "UPDATE transfers SET reference = '1' WHERE kind = 'debt_recover' AND reference LIKE '%/%'"
        ),
        Damage(
            title: "more of the pool's fee is handed over than there ever was",
            check: .poolFeeWrong,
            sql: """
                SELECT redo('fee_pay', '1', 0, 'fee', mine(0), 'confirmed', 1 + (
                    SELECT sum(amount)::bigint FROM transfers WHERE kind = 'block_credit' AND credit_bucket = 'fee'))
                """
        ),
        Damage(
            title: "a credited block has no window",
            check: .windowWrong,
            sql: "UPDATE blocks SET window_end_seq = NULL WHERE stage = 'immature'"
        ),
        Damage(
            title: "a proof tells of another credit",
            check: .proofWrong,
            also: [.rootWrong],
            sql: """
                UPDATE block_credits SET amount = amount + 1
                WHERE account_id = mine(0) AND block_hash = (SELECT hash FROM blocks WHERE stage = 'immature')
                """
        ),
        Damage(
            title: "a proof tells of other work",
            check: .rootWrong,
            sql: """
                UPDATE block_credits SET work = work + 1
                WHERE account_id = mine(0) AND block_hash = (SELECT hash FROM blocks WHERE stage = 'immature')
                """
        ),
        Damage(
            title: "a published root was changed",
            check: .rootWrong,
            sql: "UPDATE blocks SET proof_root = sha256('x') WHERE stage = 'immature'"
        ),
        Damage(
            title: "the secret of a block's salts was changed",
            check: .rootWrong,
            sql: "UPDATE blocks SET proof_seed = sha256('x') WHERE stage = 'immature'"
        ),
        Damage(
            title: "a published root was removed",
            check: .rootWrong,
            sql: "UPDATE blocks SET proof_root = NULL, proof_seed = NULL WHERE stage = 'immature'"
        ),
        Damage(
            title: "an account of a proof has another name",
            check: .rootWrong,
            also: [.transactionWrong],
            sql: "UPDATE accounts SET address = '\(Example.addresses[9])' WHERE account_id = mine(0)"
        ),
        // Payouts: 1 and 2 are confirmed, 1 for the second time, 3 and 4 on their way, 5 is cancelled.
        Damage(
            title: "a payout's outputs were removed",
            check: .payoutOutputsMissing,
            sql: "DELETE FROM payout_outputs WHERE payout_id = 5"
        ),
        Damage(
            title: "a payout was removed",
            check: .payoutWithoutRecord,
            sql: """
                DELETE FROM payout_outputs WHERE payout_id = 5;
                DELETE FROM payouts WHERE payout_id = 5
                """
        ),
        Damage(
            title: "a payout on its way pays more, and another less",
            check: .payoutReserveWrong,
            also: [.transactionWrong],
            sql: """
                UPDATE payout_outputs SET amount = amount + 1 WHERE payout_id = 3 AND account_id = mine(0);
                UPDATE payout_outputs SET amount = amount - 1 WHERE payout_id = 4 AND account_id = mine(0)
                """
        ),
        Damage(
            title: "a confirmed payout is booked higher, and another lower",
            check: .payoutSettleWrong,
            sql: """
                UPDATE transfers SET amount = amount + CASE reference WHEN '1/2' THEN 1 ELSE -1 END
                WHERE kind = 'payout_settle' AND debit_account_id = mine(0) AND reference IN ('1/2', '2')
                """
        ),
        Damage(
            title: "a payout is called confirmed that was not booked as paid",
            check: .payoutSettleWrong,
            also: [.reservedWrong, .paidWrong],
            sql: "UPDATE payouts SET state = 'confirmed' WHERE payout_id = 3"
        ),
        Damage(
            title: "what a reorganisation undid is booked as paid all the same",
            check: .payoutReverseWrong,
            also: [.reservedWrong, .paidWrong],
            sql: "SELECT undo('payout_reverse', '1', mine(0))"
        ),
        Damage(
            title: "the fee of what a reorganisation undid was kept",
            check: .payoutReverseWrong,
            sql: "SELECT undo('payout_reverse', '1', 0)"
        ),
        Damage(
            title: "a payout that is on the chain was taken back",
            check: .payoutReverseWrong,
            also: [.reservedWrong, .paidWrong],
            sql: """
                SELECT redo('payout_reverse', '2', mine(0), 'paid', mine(0), 'reserved', amount)
                FROM payout_outputs WHERE payout_id = 2 AND account_id = mine(0)
                """
        ),
        Damage(
            title: "a cancelled payout's money is booked to another payout",
            check: .payoutCancelWrong,
            sql: "UPDATE transfers SET reference = '4' WHERE kind = 'payout_cancel'"
        ),
        Damage(
            title: "a fee is booked before its payout is confirmed",
            check: .payoutSettleEarly,
            sql: "SELECT redo('payout_fee', '3', 0, 'fee', 0, 'network_fee', 1000)"
        ),
        Damage(
            title: "a confirmed payout's fee was raised",
            check: .payoutFeeWrong,
            also: [.transactionWrong],
            sql: """
                UPDATE payouts SET network_fee = network_fee + 1 WHERE payout_id = 1;
                UPDATE payout_transactions SET network_fee = network_fee + 1 WHERE payout_id = 1
                """
        ),
        Damage(
            title: "a payout on its way has lost its transaction",
            check: .payoutBytesWrong,
            also: [.guardMissing],
            sql: """
                ALTER TABLE payouts DROP CONSTRAINT signed_or_not;
                UPDATE payouts SET transaction = NULL, txid = NULL, network_fee = NULL WHERE payout_id = 3
                """
        ),
        Damage(
            title: "a payout on its way has other bytes than were signed",
            check: .payoutBytesWrong,
            sql: "UPDATE payouts SET transaction = 'other' WHERE payout_id = 3"
        ),
        Damage(
            title: "a payout on its way pays somebody else",
            check: .transactionWrong,
            sql: """
                UPDATE payout_transactions
                SET transaction = set_byte(transaction, 60, 255 - get_byte(transaction, 60)) WHERE payout_id = 3;
                UPDATE payouts SET transaction = known.transaction FROM payout_transactions AS known
                WHERE known.payout_id = payouts.payout_id AND payouts.payout_id = 3
                """
        ),
        Damage(
            title: "a confirmed payout's transaction is known by another name",
            check: .transactionWrong,
            sql: """
                UPDATE payout_transactions SET txid = sha256('x') WHERE payout_id = 1;
                UPDATE payouts SET txid = sha256('x') WHERE payout_id = 1
                """
        ),
        Damage(
            title: "a payout spends another coin than was written down",
            check: .transactionWrong,
            sql: "UPDATE payout_coins SET coin_output = coin_output + 1 WHERE payout_id = 3"
        ),
        Damage(
            title: "a coin was worth more than was written down",
            check: .transactionWrong,
            sql: "UPDATE payout_coins SET amount = amount - 1 WHERE payout_id = 1"
        ),
        Damage(
            title: "a payout was handed over as another transaction",
            check: .transactionWrong,
            sql: """
                INSERT INTO payout_handovers SELECT 4, encode('\\x70736274ff0100'::bytea || set_byte('\\x00', 0,
                    octet_length(transaction)) || transaction || '\\x00', 'base64'), network_fee, 1, 1
                FROM payout_transactions WHERE payout_id = 3
                """
        ),
        Damage(
            title: "what was handed over is no transaction",
            check: .transactionWrong,
            sql: "INSERT INTO payout_handovers VALUES (3, 'cHNidP8=', 1, 1, 1)"
        ),
        Damage(
            title: "a payout on its way has let its coins go",
            check: .payoutCoinsWrong,
            sql: "UPDATE payout_coins SET is_held = false WHERE payout_id = 3"
        ),
        Damage(
            title: "a confirmed payout has let its coins go",
            check: .payoutCoinsWrong,
            sql: "UPDATE payout_coins SET is_held = false WHERE payout_id = 1"
        ),
        Damage(
            title: "a payout has lost its coins",
            check: .payoutCoinsWrong,
            sql: "DELETE FROM payout_coins WHERE payout_id = 3"
        ),
        Damage(
            title: "a cancelled payout holds a coin again",
            check: .payoutCoinsWrong,
            sql: """
                INSERT INTO payout_coins (payout_id, coin_txid, coin_output, amount, script_public_key)
                SELECT 5, coin_txid, 77, amount, script_public_key FROM payout_coins WHERE payout_id = 4
                """
        ),
        Damage(
            title: "reserved money went elsewhere",
            check: .reservedWrong,
            sql: """
                INSERT INTO transfer_kinds VALUES ('by_hand');
                SELECT redo('by_hand', 'x', mine(0), 'reserved', 0, 'fee', 1)
                """
        ),
        Damage(
            title: "paid money went elsewhere",
            check: .paidWrong,
            sql: """
                INSERT INTO transfer_kinds VALUES ('by_hand');
                SELECT redo('by_hand', 'x', mine(0), 'paid', 0, 'fee', 1)
                """
        ),
        // Work.
        Damage(
            title: "a slice was removed",
            check: .sliceGap,
            sql: """
                DELETE FROM work_slices WHERE first_seq = 1;
                DELETE FROM work_spans WHERE first_seq = 1
                """
        ),
        Damage(
            title: "a share is in two slices",
            check: .sliceOverlap,
            sql: """
                INSERT INTO work_slices (last_seq, account_id, first_seq, work)
                SELECT seq, account_id, seq, work FROM shares WHERE seq = 2;
                INSERT INTO work_spans SELECT seq, 0, seq, work FROM shares WHERE seq = 2
                """
        ),
        Damage(
            title: "a slice counts more work",
            check: .sliceWrong,
            sql: "UPDATE work_slices SET work = work + 1 WHERE account_id = mine(0) AND first_seq = 1"
        ),
        Damage(
            title: "a slice's total is higher than its accounts",
            check: .sliceWrong,
            sql: "UPDATE work_spans SET work = work + 1 WHERE first_seq = 1"
        ),
        Damage(
            title: "a slice of the next size counts more than it was made of",
            check: .sliceWrong,
            sql: """
                INSERT INTO work_slices (level, last_seq, account_id, first_seq, work)
                SELECT 1, last_seq, account_id, first_seq, work + 1 FROM work_slices WHERE first_seq = 1;
                INSERT INTO work_spans SELECT last_seq, 1, first_seq, work + 2 FROM work_spans WHERE first_seq = 1
                """
        ),
        Damage(
            title: "a minute counts more work",
            check: .minuteWrong,
            sql: "UPDATE work_minutes SET work = work + 1"
        ),
        Damage(
            title: "a worker's counter is too high",
            check: .counterWrong,
            sql: "UPDATE worker_counters SET accepted = accepted + 1"
        ),
        Damage(
            title: "a share was removed",
            check: .sliceWrong,
            also: [.minuteWrong, .counterWrong],
            sql: "DELETE FROM shares WHERE seq = 2"
        ),
        Damage(
            title: "more counts as added up than there is",
            check: .rollupAhead,
            sql: "UPDATE meta SET value = '999999' WHERE key = 'rolled_up_seq'"
        ),
        Damage(
            title: "shares of a worker that is another account's",
            check: .shareOwnerMissing,
            sql: "UPDATE workers SET account_id = mine(1), name = 'other' WHERE account_id = mine(0)"
        ),
    ]

    @Test(arguments: damages)
    func everyKindOfDamageIsNamed(damage: Damage) async throws {
        let fixture = try await Self.history()
        try await fixture.expectSoundBooks("before")
        try await fixture.pool.transaction { session throws(PostgresError) in
            try session.run("SET LOCAL session_replication_role = replica; \(damage.sql)")
        }
        let audit = try await LedgerAudit.run(fixture.pool)
        #expect(Set(audit.findings.map(\.check)) == damage.also.union([damage.check]), "\(audit.findings)")
        for finding in audit.findings {
            #expect(finding.count > 0)
            #expect(!finding.rows.isEmpty && finding.rows.allSatisfy { !$0.isEmpty }, "\(finding)")
        }
    }

    @Test func everyTriggerOfTheSchemaIsWatched() async throws {
        let fixture = try await LedgerFixture()
        let triggers = try await fixture.pool.execute(
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
        )
        #expect(triggers.count >= 6)
        for row in triggers {
            let (name, table) = (try row.text(0), try row.text(1))
            try await fixture.pool.execute("ALTER TABLE \(table) DISABLE TRIGGER \(name)")
            let findings = try await LedgerAudit.run(fixture.pool, .books).findings
            #expect(findings.map(\.check) == [.guardMissing], "\(name)")
            #expect(findings.first?.rows == ["trigger \(name) on \(table)"])
            try await fixture.pool.execute("ALTER TABLE \(table) ENABLE TRIGGER \(name)")
        }
        try await fixture.expectSoundBooks()
    }

    @Test func everyUniqueKeyAndConstraintOfMoneyIsWatched() async throws {
        let fixture = try await LedgerFixture()
        let tables = """
            ('accounts', 'shares', 'blocks', 'block_credits', 'balances', 'transfers', 'payouts', 'payout_outputs',
                'payout_fee_parts', 'payout_handovers', 'payout_transactions', 'payout_coins')
            """
        let keys = try await fixture.pool.execute(
            "SELECT indexrelid::bigint, indrelid::regclass::text FROM pg_index WHERE indisunique AND indrelid::regclass::text IN \(tables)"
        )
        #expect(keys.count >= 17)
        for row in keys {
            let (key, table) = (try row.integer(0, as: Int64.self), try row.text(1))
            try await fixture.pool.execute("UPDATE pg_index SET indisunique = false WHERE indexrelid = \(key)")
            let finding = try await LedgerAudit.run(fixture.pool, .books).findings.first
            #expect(finding?.check == .guardMissing, "\(table)")
            #expect(finding?.count == 1 && finding?.rows.first?.hasPrefix("one row of \(table) for each (") == true)
            try await fixture.pool.execute("UPDATE pg_index SET indisunique = true WHERE indexrelid = \(key)")
        }
        let constraints = try await fixture.pool.execute(
            """
            SELECT conname, conrelid::regclass::text FROM pg_constraint
            WHERE contype IN ('c', 'f') AND conrelid::regclass::text IN \(tables)
            """
        )
        #expect(constraints.count >= 40)
        for row in constraints {
            let (name, table) = (try row.text(0), try row.text(1))
            try await fixture.pool.execute("ALTER TABLE \(table) RENAME CONSTRAINT \(name) TO another")
            let findings = try await LedgerAudit.run(fixture.pool, .books).findings
            #expect(findings.first?.rows == ["constraint \(name) on \(table)"], "\(name) on \(table)")
            try await fixture.pool.execute("ALTER TABLE \(table) RENAME CONSTRAINT another TO \(name)")
        }
        try await fixture.expectSoundBooks()
    }

    @Test func whatAPayoutSpendsStaysAsItWasWrittenDown() async throws {
        let fixture = try await Self.history()
        for change in [
            "UPDATE payout_coins SET amount = amount + 1",
            "UPDATE payout_coins SET is_held = false WHERE payout_id = 1",
            "DELETE FROM payout_coins", "TRUNCATE payout_coins",
        ] {
            await #expect(throws: PostgresError.self, "\(change)") { try await fixture.pool.execute(change) }
        }
    }

    @Test func everyCheckOfTheDatabaseIsShownToFindSomething() {
        let shown = Set(Self.damages.map(\.check))
        #expect(Set(LedgerCheck.allCases).subtracting(shown) == [.walletShort, .payoutNotOnChain])
        let queried = Set(LedgerQueries.queries(.everything).flatMap(\.checks))
        #expect(queried.union([.transactionWrong, .rootWrong]) == shown)
    }

    @Test func manyWrongRowsAreCountedAndTheFirstAreTold() async throws {
        let fixture = try await LedgerFixture()
        for number in 0..<30 {
            _ = try await fixture.calls.recordBlock(Example.block(number, .accepted, confirmations: 10, reward: 1_000))
        }
        try await fixture.pool.execute("UPDATE blocks SET reward = reward + 1")
        let findings = try await LedgerAudit.run(fixture.pool).findings
        #expect(findings.map(\.check) == [.creditWrong])
        #expect(findings.map(\.count) == [30])
        #expect(findings.map(\.rows.count) == [LedgerFinding.rowCountMax])
    }

    /// A pool's life with everything in it that the checks look at.
    static func history() async throws -> LedgerFixture {
        let fixture = try await LedgerFixture()
        let calls = fixture.calls
        for number in 1...2 {
            try await fixture.earn([(0, 1), (1, 1)], block: number, reward: 1_000_000)
            try await fixture.pay()
            fixture.wallet.state.withLock { $0.height += 6 }
            fixture.wallet.bury(depth: 6)
            try await fixture.pay()
            guard number == 1 else { continue }
            fixture.wallet.state.withLock { state in
                for key in state.fates.keys { state.fates[key] = .waiting }
            }
            try await fixture.pay()
        }
        _ = try await fixture.rollup.rollUp(atLeast: 1)
        _ = try await calls.recordBlock(Example.block(2, .orphaned, reward: 1_000_000))  // paid already: owed
        for number in 3...4 {
            try await fixture.earn([(0, 1), (1, 1)], block: number, reward: 3_000_000)
            try await fixture.pay()
        }
        fixture.wallet.fail(.signFails)
        try await fixture.earn([(0, 1), (1, 1)], block: 5, reward: 1_000_000)
        try await fixture.pay()
        try await fixture.operations.cancel(5)
        try await fixture.earn([(0, 1), (1, 1)], block: 6, reward: 1_000_000)
        for (number, state, depth) in [
            (7, .accepted, 10), (8, .accepted, 10), (8, .orphaned, 0), (9, .submitted, 0),
        ] as [(Int, BlockState, UInt32)] {
            _ = try await calls.recordBlock(Example.block(number, state, confirmations: depth, reward: 1_000_000))
        }
        _ = try await fixture.rollup.rollUp(atLeast: 1)
        let payouts = try await fixture.pool.execute("SELECT state FROM payouts ORDER BY payout_id")
        let states = ["confirmed", "confirmed", "broadcast", "broadcast", "cancelled"]
        #expect(try payouts.map { try $0.text(0) } == states)
        try await fixture.pool.transaction { session throws(PostgresError) in try session.run(tools) }
        return fixture
    }

    /// `mine` is a miner's number; `undo` removes transfers and `redo` writes one, each with its balances.
    private static let tools = """
        CREATE FUNCTION mine(client integer) RETURNS integer LANGUAGE sql AS $$
            SELECT account_id FROM accounts WHERE address = (ARRAY['\(Example.addresses[0])', '\(Example.addresses[1])'])[client + 1]
        $$;
        CREATE FUNCTION undo(the_kind text, the_reference text, the_account integer DEFAULT NULL) RETURNS void
        LANGUAGE plpgsql AS $$
        DECLARE
            gone record;
        BEGIN
            FOR gone IN DELETE FROM transfers WHERE kind = the_kind AND reference = the_reference
                AND (the_account IS NULL OR debit_account_id = the_account) RETURNING *
            LOOP
                UPDATE balances SET balance = balance + gone.amount
                    WHERE (account_id, bucket) = (gone.debit_account_id, gone.debit_bucket);
                UPDATE balances SET balance = balance - gone.amount
                    WHERE (account_id, bucket) = (gone.credit_account_id, gone.credit_bucket);
            END LOOP;
        END $$;
        CREATE FUNCTION redo(kind text, reference text, debit integer, debit_bucket text, credit integer,
            credit_bucket text, amount bigint) RETURNS void LANGUAGE plpgsql AS $$
        #variable_conflict use_variable
        BEGIN
            INSERT INTO transfers (kind, reference, debit_account_id, debit_bucket, credit_account_id, credit_bucket,
                amount, created_at_ms) VALUES (kind, reference, debit, debit_bucket, credit, credit_bucket, amount, 0);
            UPDATE balances SET balance = balance - amount WHERE balances.account_id = debit AND balances.bucket = debit_bucket;
            UPDATE balances SET balance = balance + amount WHERE balances.account_id = credit AND balances.bucket = credit_bucket;
        END $$;
        """
}
