import Gateway
import PayoutService
import PrivatePostgres
import ServiceRuntime

/// The one place where resources are opened and services are put together.
enum Wiring {
    /// Everything that this process is to run, in the order of starting: each stands before those that need it.
    ///
    /// When one cannot be opened, the database server is stopped again; all else ends with the process.
    static func open(_ premises: Premises) async throws -> [any Service] {
        let bans = premises.assignment.roles.contains(.gateway) ? try GatewayWiring.bans(premises) : nil
        var opened: [any Service] = []
        do {
            for role in startingOrder where premises.assignment.roles.contains(role) {
                opened += try await open(role, premises, bans)
            }
            let pages: [any AdminPages] =
                (try bans.map { [try GatewayWiring.pages(premises, bans: $0)] } ?? [])
                + opened.compactMap { $0 as? PayoutService }.flatMap(\.pages)
            opened.insert(try AdminWiring.open(premises, pages: pages), at: 0)
        } catch {
            for case let postgres as PrivatePostgresServer in opened { await postgres.stop() }
            throw error
        }
        return opened
    }

    /// The ledger first, as all others report to it; the miners' door last, and so closed first.
    private static let startingOrder: [ServiceRole] = [.payouts, .jobs, .chain, .shares, .gateway]

    private static func open(_ role: ServiceRole, _ premises: Premises, _ bans: BanList?) async throws -> [any Service]
    {
        switch role {
        case .gateway: try GatewayWiring.open(premises, bans: bans ?? GatewayWiring.bans(premises))
        case .jobs: try await JobWiring.open(premises)
        case .shares: try await ShareWiring.open(premises)
        case .chain: try ChainWiring.open(premises)
        case .payouts: try await PayoutWiring.open(premises)
        }
    }
}
