import EventLoop
import JSON
import System

/// Shares under load.
extension StratumSection {
    /// One case on the pool and on the floor; where answer times count, before all other programs, and then beside them too.
    func outcome(
        of item: StratumCase,
        _ pool: BenchPool,
        _ load: StratumLoad,
        _ door: LoadDesk.Door
    ) async throws -> (JSON, LoadCounts) {
        let processes = [ProcessEnvironment.processID, pool.processID]
        let isFirst = item.isOpenLoop && SchedulingPriority.realTime.set(for: processes)
        defer { if isFirst { SchedulingPriority.usual.set(for: processes) } }
        var fields = JSONObject()
        if item.isOpenLoop {
            fields["priority"] = JSON(isFirst ? "real time" : "usual: this user may have no other")
            if !isFirst { progress("beside all other programs: real-time priority is root's, or CAP_SYS_NICE's") }
        }
        let outcome = try await item.run(load, door) { pool.cpu }
        let floor = try await self.floor(item, load)
        var counts = outcome.counts
        fields["pool"] = outcome.json
        fields["floor"] = floor.json
        fields["times_the_floor"] = JSON(hundredthsOf: floor.acceptedPerCPUSecond / outcome.acceptedPerCPUSecond)
        tell(item, outcome, isFirst ? "before other programs" : "beside other programs")
        if isFirst {
            SchedulingPriority.usual.set(for: processes)
            let beside = try await item.run(load, door) { pool.cpu }
            fields["pool_at_usual_priority"] = beside.json
            counts = counts + beside.counts
            tell(item, beside, "beside other programs")
        }
        return (.object(fields), counts)
    }

    private func tell(_ item: StratumCase, _ outcome: StratumCase.Outcome, _ how: String) {
        let rate = UInt64(outcome.acceptedPerCPUSecond)
        progress("\(item.name), \(how): \(rate) accepted a second of the pool's processor time")
    }

    /// The same load on the least that a pool can do.
    private func floor(_ item: StratumCase, _ load: StratumLoad) async throws -> StratumCase.Outcome {
        var settings = LoopSettings()
        settings.connectionCountPerAddressMax = settings.connectionCountMax
        let server = try LoopServer(
            name: "floor",
            loopCount: 1,
            listeners: [Listener(host: "127.0.0.1", port: 0)],
            settings: settings,
            makeHandler: { _, _ in FloorDesk() }
        )
        let outcome: Result<StratumCase.Outcome, any Error>
        do {
            let door = LoadDesk.Door(port: server.ports[0], tls: nil)
            outcome = .success(
                try await item.run(load, door) {
                    let own = await withCheckedContinuation { answer in
                        if !server.loops[0].post({ _ in answer.resume(returning: ThreadTime.now) }) {
                            answer.resume(returning: .zero)
                        }
                    }
                    return (own, .zero)
                }
            )
        } catch {
            outcome = .failure(error)
        }
        await server.stop()
        return try outcome.get()
    }
}
