internal import Messages
internal import ServiceRuntime

/// Notices at the start that rewards would go to a wallet that is not the configured one.
struct RewardAddressCheck: Service {
    static let condition = "ledger: reward address"
    /// How long to wait before the wallet is asked again.
    private static let pause = Duration.seconds(5)

    let name = "reward address"
    let book: RewardAddressBook
    let surroundings: Surroundings

    /// Asks until the wallet is known to own the address; then there is nothing left to do.
    func run() async throws {
        var said: RPCError?
        while !Task.isCancelled {
            do throws(RPCError) {
                _ = try await book.checkedKept()
                surroundings.health.met(Self.condition)
                try? await surroundings.clock.sleep(for: .seconds(1_000_000_000))
            } catch {
                complain(error, isNews: error != said)
                said = error
                try? await surroundings.clock.sleep(for: Self.pause)
            }
        }
    }

    private func complain(_ error: RPCError, isNews: Bool) {
        guard !Task.isCancelled else { return }
        let isCertain = error.code == .failedPrecondition
        if isCertain { surroundings.health.failed(Self.condition, because: error.message) }
        guard isNews else { return }
        if isCertain {
            surroundings.log.error("no blocks are mined for this wallet", ["reason": error.message])
        } else {
            surroundings.log.warning("the reward address is not checked yet", ["reason": error.message])
        }
    }
}
