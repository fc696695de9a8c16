import ServiceRuntime
import StratumProtocol

extension StratumDesk {
    /// How long a share waits for its verdict, in milliseconds; answers are late by one tick of the loop at most.
    ///
    /// Longer than a database takes to come back and the disk to help out, and shorter than miners wait.
    static let answerMsMax: UInt64 = 10_000

    /// Whoever waits too long is told that the share may not count; it is judged all the same, as it may be a block.
    func answerLate() {
        for index in judged.values.indices { giveUp(&judged.values[index]) }
        for index in waiting.indices { giveUp(&waiting[index]) }
        guard isLate(gathering) else { return }
        var late = gathering
        gathering = ShareBatch(number: late.number + 1)
        giveUp(&late)
        waiting.append(late)
    }

    private func isLate(_ batch: ShareBatch) -> Bool {
        !batch.askers.isEmpty && batch.begunAtMs + Self.answerMsMax <= nowMs
    }

    private func giveUp(_ batch: inout ShareBatch) {
        guard isLate(batch) else { return }
        let askers = batch.giveUp()
        office.surroundings.log.warning("shares not judged in time", ["shares": askers.count])
        office.metrics.unjudged.increment(by: UInt64(askers.count))
        for asker in askers { answer(asker.session) { StratumWriter.append(.unavailable, asker.id, to: &$0) } }
    }
}
