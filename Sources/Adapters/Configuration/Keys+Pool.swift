package import MiningDomain

extension Keys {
    package enum Pool {
        package static let rewardAddress = ConfigurationKey(
            "pool.reward_address",
            .text(byteCountMax: 120),
            standard: "",
            meaning: "Where block rewards go; empty: an address of the node's wallet, always the same."
        )
        package static let tag = ConfigurationKey(
            "pool.tag",
            .text(byteCountMax: 40),
            standard: "/lode/",
            meaning: "What the pool writes into its blocks' coinbase."
        )
        package static let fee = ConfigurationKey(
            "pool.fee_percent",
            .percent(upTo: 50),
            standard: 100,
            meaning: "The pool's part of each reward, taken before the split."
        )
        package static let feeAddress = ConfigurationKey(
            "pool.fee_address",
            .text(byteCountMax: 120),
            standard: "",
            meaning: "Whom the fee of confirmed blocks is paid to, as a miner is; empty: it stays in the wallet."
        )
        package static let shareDifficulty = ConfigurationKey(
            "pool.share_difficulty",
            .difficulty,
            standard: .one,
            meaning: "How hard a share is, on the scale that stratum miners of the network's algorithm use."
        )
        package static let scheme = ConfigurationKey(
            "pool.scheme",
            .choice(["pplns", "prop", "solo"]),
            standard: "pplns",
            meaning:
                "Who shares a block: the last work, the work since the block before, or the finder; from the next one on."
        )
        /// Decimals of the factor, which is kept as a whole number of the last one's units.
        package static let pplnsFactorPlaces = 6
        package static let pplnsFactor = ConfigurationKey(
            "pool.pplns_factor",
            .decimal(places: pplnsFactorPlaces, upTo: 1_000_000_000_000),
            standard: 2_000_000,
            meaning: "How many times the network's work per block the shares go back among whom a block is split."
        )

        static let all: [AnyConfigurationKey] = [
            AnyConfigurationKey(rewardAddress), AnyConfigurationKey(tag), AnyConfigurationKey(fee),
            AnyConfigurationKey(feeAddress), AnyConfigurationKey(shareDifficulty), AnyConfigurationKey(scheme),
            AnyConfigurationKey(pplnsFactor),
        ]
    }

    package enum Bins {
        package static let target = ConfigurationKey(
            "bins.target_seconds",
            .seconds(.milliseconds(100) ... .seconds(600)),
            standard: .seconds(5),
            meaning: "How long a client should search one bin."
        )
        package static let first = ConfigurationKey(
            "bins.first_size",
            .whole(1...1_125_899_906_842_624),
            standard: 100_000,
            meaning: "Hashes in the first bin of a client whose speed is not known."
        )
        package static let minimum = ConfigurationKey(
            "bins.minimum_size",
            .whole(1...1_125_899_906_842_624),
            standard: 1,
            meaning: "Hashes in the smallest bin."
        )
        package static let maximum = ConfigurationKey(
            "bins.maximum_size",
            .whole(1...1_125_899_906_842_624),
            standard: 1_125_899_906_842_624,
            meaning: "Hashes in the largest bin: as it stands, over ten seconds of 100 TH/s."
        )
        package static let growth = ConfigurationKey(
            "bins.growth_factor",
            .whole(2...64),
            standard: 4,
            meaning: "How many times larger than the one before a client's next bin may be."
        )

        static let all: [AnyConfigurationKey] = [
            AnyConfigurationKey(target), AnyConfigurationKey(first), AnyConfigurationKey(minimum),
            AnyConfigurationKey(maximum), AnyConfigurationKey(growth),
        ]
    }

    package enum Jobs {
        package static let refresh = ConfigurationKey(
            "jobs.refresh_seconds",
            .seconds(.seconds(1) ... .seconds(600)),
            standard: .seconds(30),
            meaning: "How old a job may become before a new one takes in new transactions."
        )
        package static let poll = ConfigurationKey(
            "jobs.poll_seconds",
            .seconds(.milliseconds(50) ... .seconds(60)),
            standard: .seconds(1),
            meaning: "How often the node is asked for its tip, beside the long poll."
        )
        package static let replica = ConfigurationKey(
            "jobs.replica",
            .whole(0...255),
            standard: 0,
            meaning: "The number of this job service, different for each one of a pool."
        )

        static let all: [AnyConfigurationKey] = [
            AnyConfigurationKey(refresh), AnyConfigurationKey(poll), AnyConfigurationKey(replica),
        ]
    }

    package enum Shares {
        package static let threads = ConfigurationKey(
            "shares.threads",
            .whole(0...1_024),
            standard: 0,
            meaning: "How many threads check proofs of work; 0: one for each processor."
        )
        package static let spool = ConfigurationKey(
            "shares.spool_megabytes_max",
            .whole(1...UInt64(1_048_576)),
            standard: 256,
            meaning: "How much disk accepted shares may take while the ledger is away; beyond it none is accepted."
        )

        package static let auditDays = ConfigurationKey(
            "shares.audit_days",
            .whole(2...3_650),
            standard: 30,
            meaning: "For how many days every share is kept; older ones are kept as sums, and a spool may not be older."
        )

        static let all: [AnyConfigurationKey] = [
            AnyConfigurationKey(threads), AnyConfigurationKey(spool), AnyConfigurationKey(auditDays),
        ]
    }

    package enum Chain {
        package static let poll = ConfigurationKey(
            "chain.poll_seconds",
            .seconds(.milliseconds(50) ... .seconds(3_600)),
            standard: .seconds(60),
            meaning: "How often the fate of the pool's blocks is looked up."
        )
        package static let immature = ConfigurationKey(
            "chain.immature_confirmations",
            .whole(1...10_000),
            standard: 10,
            meaning: "Confirmations after which a block's reward is credited, not yet spendable."
        )
        package static let mature = ConfigurationKey(
            "chain.mature_confirmations",
            .whole(1...10_000),
            standard: 100,
            meaning: "Confirmations after which it is spendable; never below the chain's own maturity."
        )

        static let all: [AnyConfigurationKey] = [
            AnyConfigurationKey(poll), AnyConfigurationKey(immature), AnyConfigurationKey(mature),
        ]
    }

    package enum Payouts {
        package static let enabled = ConfigurationKey(
            "payouts.enabled",
            .flag,
            standard: true,
            meaning:
                "Whether payouts are planned, signed and sent; what was sent is followed, and credits go on, either way."
        )
        package static let interval = ConfigurationKey(
            "payouts.interval_seconds",
            .seconds(.seconds(1) ... .seconds(604_800)),
            standard: .seconds(3_600),
            meaning: "How often payouts are made."
        )
        package static let threshold = ConfigurationKey(
            "payouts.threshold",
            .whole(10_000...UInt64(1_000_000_000_000)),
            standard: 10_000_000,
            meaning: "The confirmed balance from which an account is paid, in base units (100,000,000 make one coin)."
        )
        package static let confirmations = ConfigurationKey(
            "payouts.confirmations",
            .whole(1...1_000),
            standard: 6,
            meaning: "Confirmations after which a payout is final."
        )
        package static let outputs = ConfigurationKey(
            "payouts.outputs_max",
            .whole(1...100),
            standard: 100,
            meaning: "The most accounts that one transaction pays."
        )
        package static let takeover = ConfigurationKey(
            "payouts.takeover_seconds",
            .seconds(.seconds(1) ... .seconds(86_400)),
            standard: .seconds(300),
            meaning:
                "How long a replica that pays may be silent before another takes over; signing must not take longer."
        )

        static let all: [AnyConfigurationKey] =
            [
                AnyConfigurationKey(enabled), AnyConfigurationKey(interval), AnyConfigurationKey(threshold),
                AnyConfigurationKey(confirmations), AnyConfigurationKey(outputs), AnyConfigurationKey(takeover),
            ] + feeKeys
    }
}
