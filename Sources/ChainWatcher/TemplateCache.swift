import Messages
import Synchronization

/// The newest jobs' templates, fetched ahead of need: a solved block must not wait for another service.
final class TemplateCache: Sendable {
    static let countMax = 64
    static let byteCountMax = 128 << 20

    private let templates = Mutex<[UInt64: Template]>([:])

    subscript(jobID: UInt64) -> Template? { templates.withLock { $0[jobID] } }

    /// Keeps a template, and forgets the oldest jobs' past the bounds.
    func insert(_ template: Template) {
        guard let jobID = template.job?.jobID else { return }
        templates.withLock { templates in
            templates[jobID] = template
            var byteCount = templates.values.reduce(0) { $0 + Self.byteCount($1) }
            // Job ids are ordered by time.
            for oldest in templates.keys.sorted().dropLast(1)
            where templates.count > Self.countMax || byteCount > Self.byteCountMax {
                byteCount -= templates.removeValue(forKey: oldest).map(Self.byteCount) ?? 0
            }
        }
    }

    var count: Int { templates.withLock(\.count) }

    private static func byteCount(_ template: Template) -> Int {
        template.transactions.count + template.tail.count
    }
}
