import BlockFormat
import ServiceRuntime
import Synchronization
import System

/// Follows the operator's lists: what changes in the files holds within a second or two.
///
/// A file that cannot be used changes nothing: the last good list goes on. One that could never be read lets nobody in.
final class AccountWatch: Sendable {
    /// How often the files are looked at.
    private static let interval = Duration.seconds(1)
    private static let condition = "gateway: account lists"

    private struct State {
        var rule = AccountRule()
        var lists: [WatchedList] = []
    }

    private struct WatchedList {
        let side: AccountRule.Side
        var file: AccountListFile
        let accounts: Gauge
        let isBroken: Gauge
    }

    let access: AccountAccess
    private let state: Mutex<State>
    private let surroundings: Surroundings
    private let queue = BlockingQueue(label: "account-lists")

    /// Reads both files before anybody can ask.
    init(_ settings: GatewaySettings, network: Network, surroundings: Surroundings) {
        var state = State()
        for (side, path) in [(AccountRule.Side.allow, settings.allowFile), (.deny, settings.denyFile)]
        where !path.isEmpty {
            state.rule[side] = nil
            state.lists.append(
                WatchedList(
                    side: side,
                    file: AccountListFile(path: path, network: network),
                    accounts: surroundings.metrics.gauge(
                        "lode_account_list_accounts",
                        help: "Accounts on the operator's list that holds now.",
                        labels: ["list": side.rawValue]
                    ),
                    isBroken: surroundings.metrics.gauge(
                        "lode_account_list_broken",
                        help: "1 while the list's file cannot be used, and what was read before holds.",
                        labels: ["list": side.rawValue]
                    )
                )
            )
        }
        access = AccountAccess(state.rule)
        self.surroundings = surroundings
        let hasLists = !state.lists.isEmpty
        self.state = Mutex(state)
        guard hasLists else { return }
        surroundings.health.require(Self.condition)
        look()
    }

    /// Looks at the files again and again until its task is cancelled.
    func run() async {
        guard state.withLock({ !$0.lists.isEmpty }) else { return }
        while !Task.isCancelled {
            try? await surroundings.clock.sleep(for: Self.interval)
            await queue.run { self.look() }
        }
    }

    private func look() {
        let rule = state.withLock { state -> AccountRule in
            for index in state.lists.indices {
                guard let list = news(of: &state.lists[index]) else { continue }
                state.rule[state.lists[index].side] = list
            }
            return state.rule
        }
        access.apply(rule)
        if rule.isKnown {
            surroundings.health.met(Self.condition)
        } else {
            surroundings.health.failed(Self.condition, because: "a list could never be read, so nobody is let in")
        }
    }

    /// - Returns: What the file holds, when that is new and can be used.
    private func news(of list: inout WatchedList) -> AccountList? {
        let news: AccountList?
        do throws(AccountListError) {
            news = try list.file.changed()
        } catch {
            list.isBroken.set(1)
            surroundings.log.error(
                "account list not used: what was read before holds",
                ["list": list.side.rawValue, "path": list.file.path, "reason": error]
            )
            return nil
        }
        guard let news else { return nil }
        list.isBroken.set(0)
        list.accounts.set(Int64(news.accounts.count))
        surroundings.log.info(
            "account list read",
            ["list": list.side.rawValue, "path": list.file.path, "accounts": news.accounts.count]
        )
        return news
    }
}
