import BlockFormat
import ChainAdapter
import Hashing
import ServiceRuntime
import Synchronization

/// Gets templates: by a long poll, and by a poll that does not trust it.
struct TemplateWatch: Sendable {
    /// A template, and when it was first known that there should be one; milliseconds of a clock that never goes back.
    struct Arrival: Sendable {
        let template: BlockTemplate
        let noticedAtMs: UInt64
    }

    static let condition = "jobs: node"
    /// A node that answers its long polls at once is not asked more often than this.
    private static let longPollPause = Duration.milliseconds(100)

    let source: any TemplateSource
    let pollInterval: Duration
    let retryInterval: Duration
    let refreshInterval: Duration
    let metrics: JobMetrics
    let surroundings: Surroundings
    /// Whether the tip given asks for a new template.
    let wantsTemplate: @Sendable (Hash256) -> Bool
    let arrived: @Sendable (Arrival) -> Void
    /// The tip given has no template.
    let missed: @Sendable (Hash256) -> Void

    private var nowMs: UInt64 { surroundings.clock.monotonicMilliseconds }

    /// Asks for the tip again and again until its task is cancelled.
    func poll() async {
        while !Task.isCancelled {
            await look()
            try? await surroundings.clock.sleep(for: pollInterval)
        }
    }

    /// Waits for the node's word of a change again and again until its task is cancelled.
    ///
    /// Only ever makes news come sooner: tips and refreshes come by `poll` too, while this waits for an hour.
    func longPoll() async {
        while !Task.isCancelled {
            var pause = Self.longPollPause
            do throws(NodeError) {
                let template = try await source.template(afterChange: true)
                took(template, noticedAtMs: nowMs)
                // A node that has no long polls answers at once; the other poll is enough then.
                if template.longPollID == nil { pause = refreshInterval }
            } catch {
                pause = retryInterval
            }
            try? await surroundings.clock.sleep(for: pause)
        }
    }

    private func look() async {
        let noticedAtMs = nowMs
        var tip: Hash256?
        do throws(NodeError) {
            let best = try await source.bestBlockHash()
            tip = best
            surroundings.health.met(Self.condition)
            guard wantsTemplate(best) else { return }
            took(try await source.template(afterChange: false), noticedAtMs: noticedAtMs)
        } catch {
            guard !Task.isCancelled else { return }
            if let tip { missed(tip) }
            metrics.failed.increment()
            surroundings.health.failed(Self.condition, because: "the node \(error)")
            surroundings.log.debug("no template", ["reason": error])
        }
    }

    private func took(_ template: BlockTemplate, noticedAtMs: UInt64) {
        metrics.fetched.increment()
        surroundings.health.met(Self.condition)
        arrived(Arrival(template: template, noticedAtMs: noticedAtMs))
    }
}
