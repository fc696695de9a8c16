import BlockFormat
import ServiceRuntime
import System
import Usage

/// `lode all`, `lode gateway` and its like: runs services until it is told to stop.
enum RunCommand {
    static func run(_ assignment: Assignment, _ words: [String]) async throws {
        let usage = RunUsage.usage(assignment)
        let arguments = try usage.parse(words)
        guard !arguments.has("--help") else { return Lode.show(usage) }
        let configuration = try ConfigurationSource(file: arguments.value("--config")).read()
        let premises = try Premises(configuration, for: assignment)
        let log = premises.surroundings.log
        // From here on, so that a signal while a database is being made finds someone who will stop it again.
        let told = Task { await TerminationSignal.wait() }
        defer { told.cancel() }
        let services = try await Wiring.open(premises)
        log.info(
            "started",
            ["version": Lode.version, "network": premises.network.name, "pid": ProcessEnvironment.processID]
        )
        do {
            try await ServiceGroup(services).run(until: {
                await withTaskCancellationHandler {
                    await told.value
                } onCancel: {
                    told.cancel()
                }
            })
        } catch {
            log.error("ended by itself", ["reason": "\(error)"])
            throw error
        }
        log.info("stopped")
    }
}
