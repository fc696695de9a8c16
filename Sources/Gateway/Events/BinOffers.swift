import HTTPServer
import JSON
import Messages
import ServiceRuntime
import Synchronization

/// Offers bins ahead of need to the clients that listen.
final class BinOffers: Sendable {
    /// Offers under way at once: after a new tip, everyone wants one.
    private static let callCountMax = 32

    private struct Entry {
        let client: Client
        var listenerCount = 1
        var timing = BinTiming()
    }

    private let jobs: JobsClient
    private let hub: EventHub
    private let surroundings: Surroundings
    private let offered: Counter
    /// By client id; only of clients that listen.
    private let entries = Mutex<[[UInt8]: Entry]>([:])

    init(jobs: JobsClient, hub: EventHub, surroundings: Surroundings) {
        self.jobs = jobs
        self.hub = hub
        self.surroundings = surroundings
        offered = surroundings.metrics.counter("lode_gateway_bins_offered_total", help: "Bins sent ahead of need.")
    }

    func joined(_ client: Client) {
        entries.withLock { entries in
            if entries[client.clientID] == nil {
                entries[client.clientID] = Entry(client: client)
            } else {
                entries[client.clientID]?.listenerCount += 1
            }
        }
    }

    func left(_ client: Client) {
        entries.withLock { entries in
            guard let count = entries[client.clientID]?.listenerCount else { return }
            entries[client.clientID]?.listenerCount = count - 1
            if count <= 1 { entries[client.clientID] = nil }
        }
    }

    /// A client took a bin of itself, or got one with its report.
    func gave(_ offer: BinOffer, to client: Client) {
        update(client) { $0.began(durationMs: offer.expectedDurationMs, at: surroundings.clock.monotonicMilliseconds) }
    }

    func finishedOne(_ client: Client) {
        update(client) { $0.finishedOne(at: surroundings.clock.monotonicMilliseconds) }
    }

    /// Everyone works on something stale now.
    func jobChanged() {
        let nowMs = surroundings.clock.monotonicMilliseconds
        entries.withLock { entries in
            for id in entries.keys { entries[id]?.timing.jobChanged(at: nowMs) }
        }
    }

    /// Makes the offers that are due.
    func offerDue() async {
        let due = takeDue(at: surroundings.clock.monotonicMilliseconds)
        await withTaskGroup(of: Void.self) { group in
            for (position, client) in due.enumerated() {
                if position >= Self.callCountMax { await group.next() }
                group.addTask { await self.offer(to: client) }
            }
        }
    }

    private func takeDue(at nowMs: UInt64) -> [Client] {
        entries.withLock { entries in
            let due = entries.filter { ($0.value.timing.isDueAtMs ?? .max) <= nowMs }
            for id in due.keys { entries[id]?.timing.wasOffered(durationMs: 0) }
            return due.values.map(\.client)
        }
    }

    private func offer(to client: Client) async {
        do throws(RPCError) {
            let offer = try await jobs.leaseBin(LeaseBinRequest(client: client))
            guard let bin = JSON(offer) else { return }
            update(client) { $0.wasOffered(durationMs: offer.expectedDurationMs) }
            let frame = EventHub.frame("bin", bin.encoded())
            for listener in hub.listeners(of: client.clientID) { listener.stream.write(frame) }
            offered.increment()
        } catch {
            // The client asks for itself when it gets nothing.
            surroundings.log.debug("bin not offered", ["reason": error])
        }
    }

    private func update(_ client: Client, _ change: (inout BinTiming) -> Void) {
        entries.withLock { entries in
            guard var entry = entries[client.clientID] else { return }
            change(&entry.timing)
            entries[client.clientID] = entry
        }
    }
}
