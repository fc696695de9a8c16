extension Keys.Payouts {
    package static let feePayer = ConfigurationKey(
        "payouts.fee_payer",
        .choice(["pool", "miners"]),
        standard: "pool",
        meaning: "Who bears the network's fee of payouts: the pool, or those whom each pays, in proportion."
    )
    package static let feeRateMin = ConfigurationKey(
        "payouts.fee_rate_min",
        .whole(1...UInt64(100_000_000)),
        standard: 1_000,
        meaning: "The least that a payout pays the network, in base units for 1,000 virtual bytes."
    )
    package static let feeRateMax = ConfigurationKey(
        "payouts.fee_rate_max",
        .whole(1...UInt64(100_000_000)),
        standard: 500_000,
        meaning: "The most, also when the node asks for more: payouts wait then."
    )
    package static let feeTarget = ConfigurationKey(
        "payouts.fee_target_blocks",
        .whole(1...1_008),
        standard: 6,
        meaning: "Within how many blocks a payout should be mined: what the node's estimate is asked for."
    )
    package static let raiseAfter = ConfigurationKey(
        "payouts.fee_raise_after_blocks",
        .whole(0...10_000),
        standard: 6,
        meaning: "After how many blocks a payout that was not mined is replaced by one with a higher fee; 0 for never."
    )
    package static let raisePercent = ConfigurationKey(
        "payouts.fee_raise_percent",
        .whole(1...1_000),
        standard: 50,
        meaning: "By how much of its fee, at least."
    )
    package static let raisesMax = ConfigurationKey(
        "payouts.fee_raises_max",
        .whole(0...50),
        standard: 5,
        meaning: "How often, at most; then it is stuck, and a person must look."
    )

    package static let signing = ConfigurationKey(
        "payouts.signing",
        .choice(["wallet", "psbt"]),
        standard: "wallet",
        meaning:
            "Who signs payouts: the node's wallet, or whoever has the keys of one that only watches (lode payouts export)."
    )

    static let feeKeys: [AnyConfigurationKey] = [
        AnyConfigurationKey(signing),
        AnyConfigurationKey(feePayer), AnyConfigurationKey(feeRateMin), AnyConfigurationKey(feeRateMax),
        AnyConfigurationKey(feeTarget), AnyConfigurationKey(raiseAfter), AnyConfigurationKey(raisePercent),
        AnyConfigurationKey(raisesMax),
    ]
}
