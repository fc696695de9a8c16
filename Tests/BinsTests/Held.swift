import Bins
import MiningDomain

/// An allocator whose calls may stand inside an expectation.
final class HeldAllocator {
    private var allocator: SliceAllocator

    init(extranonce1: UInt32) { allocator = SliceAllocator(extranonce1: extranonce1) }

    func allocate(_ size: UInt64, time: UInt32, nowMs: UInt64) -> BinSlice? {
        allocator.allocate(size, time: time, nowMs: nowMs)
    }

    func extend(extranonce1: UInt32) { allocator.extend(extranonce1: extranonce1) }
    func giveBack(_ slice: BinSlice, time: UInt32, nowMs: UInt64) {
        allocator.giveBack(slice, time: time, nowMs: nowMs)
    }
    var freeRangeCount: Int { allocator.freeRangeCount }
}

/// A desk whose calls may stand inside an expectation.
final class HeldDesk {
    private var desk: BinDesk

    init(rules: BinRules, extranonce1: UInt32, nowMs: UInt64) {
        desk = BinDesk(rules: rules, extranonce1: extranonce1, nowMs: nowMs)
    }

    func open(_ job: BinJob, isClean: Bool) { desk.open(job, isClean: isClean) }
    func recall(_ job: JobID) { desk.recall(job) }
    func withdraw() { desk.withdraw() }
    func extend(extranonce1: UInt32) { desk.extend(extranonce1: extranonce1) }
    func sweep(nowMs: UInt64) { desk.sweep(nowMs: nowMs) }
    func lease(_ client: BinClient, hint: UInt64, nowMs: UInt64) -> BinDesk.Answer {
        desk.lease(client, hint: hint, nowMs: nowMs)
    }
    func report(_ report: BinReport, of lease: BinLease, workPerHit: UInt64, nowMs: UInt64) -> BinDesk.ReportAnswer {
        desk.report(report, of: lease, workPerHit: workPerHit, nowMs: nowMs)
    }
    func speed(of client: BinClient, workPerHit: UInt64) -> BinDesk.ClientSpeed? {
        desk.speed(of: client, workPerHit: workPerHit)
    }
    func poolSpeed(workPerHit: UInt64, nowMs: UInt64) -> BinDesk.PoolSpeed {
        desk.poolSpeed(workPerHit: workPerHit, nowMs: nowMs)
    }
    var counts: BinCounts { desk.counts }
    var clientCount: Int { desk.clientCount }
}
