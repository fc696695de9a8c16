/// One step of the schema's history: never changed once released, only followed by another.
struct Migration: Sendable {
    let name: String
    let sql: String

    /// In order; the schema's version is how many of them were applied.
    ///
    /// They are source and not files, so that a binary that was copied elsewhere still has them.
    static let all: [Migration] = [
        Migration(name: "work", sql: workTables),
        Migration(name: "money", sql: moneyTables),
        Migration(name: "proofs", sql: proofTables),
        Migration(name: "payouts", sql: payoutTables),
        Migration(name: "terms", sql: termColumns),
        Migration(name: "share days", sql: shareDays),
        Migration(name: "work spans", sql: workSpans),
        Migration(name: "sightings", sql: sightingColumn),
        Migration(name: "operators", sql: operatorTables),
        Migration(name: "audit", sql: auditFunctions),
        Migration(name: "samples", sql: sampleTables),
        Migration(name: "handovers", sql: handoverTable),
        Migration(name: "coins", sql: coinGuards),
        Migration(name: "exclusions", sql: exclusionColumns),
        Migration(name: "balances", sql: balanceMoves),
        Migration(name: "watch", sql: watchTables),
        Migration(name: "pool fee", sql: poolFeeKind),
        Migration(name: "freed coins", sql: freedCoins),
    ]
}
