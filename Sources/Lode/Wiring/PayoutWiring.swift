import BlockFormat
import ChainAdapter
import Configuration
import Ledger
import MiningDomain
import PayoutService
import PostgresClient
import PrivatePostgres
import ServiceRuntime

/// The payout service: the ledger's database on one side, the node's wallet on the other.
enum PayoutWiring {
    static func open(_ premises: Premises) async throws -> [any Service] {
        let configuration = premises.configuration
        let (database, server) = try await database(premises)
        do {
            let payouts = try PayoutService(
                try settings(configuration),
                database: PostgresSettings(database),
                wallet: NodeWallet(
                    try wallet(configuration),
                    feeTarget: UInt32(configuration[Keys.Payouts.feeTarget])
                ),
                listening: [premises.addresses.ledger.listening],
                surroundings: premises.surroundings.named("payouts")
            )
            return (server.map { [$0] } ?? []) + [payouts]
        } catch {
            await server?.stop()
            throw error
        }
    }

    /// The configured database, or one of our own, which is running then.
    private static func database(
        _ premises: Premises
    ) async throws -> (connection: String, server: PrivatePostgresServer?) {
        let url = premises.configuration[Keys.Postgres.url]
        guard url.isEmpty else { return (url, nil) }
        let folder = try premises.data.part("postgres")
        let server = try await PrivatePostgresServer(in: folder, surroundings: premises.surroundings)
        return (server.connectionString, server)
    }

    /// Payouts are made from one wallet: that of the preferred node.
    private static func wallet(_ configuration: PoolConfiguration) throws -> Wallet {
        Wallet(
            NodeEndpoints.endpoints(configuration)[0],
            name: configuration[Keys.Wallet.name],
            network: configuration[Keys.network],
            isWatchOnly: try signing(configuration) == .psbt
        )
    }

    private static func signing(_ configuration: PoolConfiguration) throws -> PayoutSettings.Signing {
        guard let signing = PayoutSettings.Signing(rawValue: configuration[Keys.Payouts.signing]) else {
            throw configuration.error(at: Keys.Payouts.signing, "is nobody who signs")
        }
        return signing
    }

    private static func settings(_ configuration: PoolConfiguration) throws -> PayoutSettings {
        let network = configuration[Keys.network]
        // A hundredth of a percent, in which the setting is kept, is 100 millionths.
        guard let fee = FeeRate(millionths: UInt64(configuration[Keys.Pool.fee]) * 100) else {
            throw configuration.error(at: Keys.Pool.fee, "is more than the whole reward")
        }
        guard let factor = WindowFactor(millionths: configuration[Keys.Pool.pplnsFactor]) else {
            throw configuration.error(at: Keys.Pool.pplnsFactor, "pays nobody")
        }
        let immature = UInt32(configuration[Keys.Chain.immature])
        let mature = UInt32(configuration[Keys.Chain.mature])
        guard
            let depths = BlockDepths(immature: immature, confirmed: mature, chainMaturity: network.coinbaseMaturity)
        else { throw configuration.error(at: Keys.Chain.mature, "does not fit the chain's own maturity") }
        var settings = PayoutSettings(
            network: network,
            fee: fee,
            windowFactor: factor,
            depths: depths,
            payoutInterval: configuration[Keys.Payouts.interval],
            payoutThreshold: Amount(units: configuration[Keys.Payouts.threshold]),
            payoutDepth: UInt32(configuration[Keys.Payouts.confirmations]),
            rewardAddress: Address(configuration[Keys.Pool.rewardAddress], on: network)
        )
        guard let scheme = RewardScheme.Name(rawValue: configuration[Keys.Pool.scheme]) else {
            throw configuration.error(at: Keys.Pool.scheme, "is no scheme")
        }
        settings.scheme = scheme
        settings.feeAddress = Address(configuration[Keys.Pool.feeAddress], on: network)
        settings.auditDays = configuration[Keys.Shares.auditDays]
        settings.isPaying = configuration[Keys.Payouts.enabled]
        settings.outputCountMax = configuration[Keys.Payouts.outputs]
        settings.takeover = configuration[Keys.Payouts.takeover]
        settings.signing = try signing(configuration)
        guard let payer = PayoutSettings.FeePayer(rawValue: configuration[Keys.Payouts.feePayer]) else {
            throw configuration.error(at: Keys.Payouts.feePayer, "is nobody who pays")
        }
        settings.feePayer = payer
        settings.feePolicy = FeePolicy(
            floor: NetworkFeeRate(units: configuration[Keys.Payouts.feeRateMin]),
            ceiling: NetworkFeeRate(units: configuration[Keys.Payouts.feeRateMax]),
            raiseAfterBlocks: UInt32(configuration[Keys.Payouts.raiseAfter]),
            raisePercent: UInt64(configuration[Keys.Payouts.raisePercent]),
            raiseCountMax: configuration[Keys.Payouts.raisesMax]
        )
        return settings
    }
}
