import EventLoop
import ServiceRuntime
import StratumProtocol

/// Whose shares are too often invalid, and what becomes of them.
extension StratumDesk {
    /// How long ago the tip came, in milliseconds.
    var tipAgeMs: UInt64 { nowMs - min(nowMs, tipChangedAtMs) }

    /// Counts a share of an address.
    func count(for record: AddressRecord, _ body: (inout InvalidShareWindow.Counts) -> Void) {
        let isFirst = record.counts.isEmpty
        body(&record.counts)
        if isFirst, !record.counts.isEmpty { counted.append(record) }
        record.countedAtMs = nowMs
    }

    /// Once for many shares, the loops hear of each other's.
    func handOnCounts() {
        for record in counted where record.handOn(nowMs: nowMs, part: office.settings.banPart) { ban(record) }
        counted.removeAll(keepingCapacity: true)
    }

    /// Too many invalid shares from one address, and all its connections end.
    private func ban(_ record: AddressRecord) {
        office.metrics.bans.increment()
        office.bans.ban(record.address, for: office.settings.banTime, because: "too many invalid shares")
        guard let ban = office.bans.ban(of: record.address) else { return }
        let text = Self.text(of: ban)
        for session in sessions where session.address === record && session.link.isOpen { farewell(session, text) }
    }

    /// What whoever is banned is told: the reason, be it the pool's or the operator's.
    static func text(of ban: BanList.Ban) -> String { "Banned: \(ban.reason)" }

    /// Ends the connections of whoever is banned by now.
    func closeBanned() {
        for session in sessions where session.link.isOpen {
            if let ban = office.bans.ban(of: session.address.address) { farewell(session, Self.text(of: ban)) }
        }
    }
}
