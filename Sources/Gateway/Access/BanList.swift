package import ServiceRuntime
import Synchronization
package import System

/// Addresses that are turned away for a while; kept on disk, so that a restart pardons nobody.
///
/// An address of IPv6 stands for its /64 network, as in all limits.
package final class BanList: Sendable {
    package struct Ban: Hashable, Sendable {
        package let address: RemoteAddress
        /// Unix time in milliseconds.
        package let sinceMs: UInt64
        package let untilMs: UInt64
        /// A few words without a line break.
        package let reason: String
    }

    /// Addresses banned at once; in a flood from more, the bans that end first are lifted.
    package static let banCountMax = 100_000
    /// Between two writes to the disk.
    private static let writePause: Duration = .seconds(1)

    /// The gateway's own.
    package let folder: String
    private let path: String
    private let surroundings: Surroundings
    private let bans: Mutex<[RemoteAddress: Ban]>
    private let isWritten = Atomic(true)
    private let banCount = Atomic<UInt64>(0)
    private let queue = BlockingQueue(label: "bans")
    private let (changes, changed) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// Reads what an earlier run left in `folder`; a file that cannot be read bans nobody, and the log says so.
    package init(folder: String, surroundings: Surroundings) {
        self.folder = folder
        let path = folder + "/bans"
        self.path = path
        self.surroundings = surroundings
        var known: [RemoteAddress: Ban] = [:]
        if DurableFile.exists(path) {
            do throws(SystemError) {
                let bytes = try DurableFile.read(path, byteCountMax: BanRecord.fileByteCountMax)
                let (bans, malformedCount) = BanRecord.bans(bytes)
                for ban in bans.prefix(Self.banCountMax) { known[ban.address] = ban }
                if malformedCount > 0 {
                    surroundings.log.warning("lines of the ban list left out", ["file": path, "lines": malformedCount])
                }
            } catch {
                surroundings.log.error("the ban list cannot be read", ["file": path, "reason": error])
            }
        }
        bans = Mutex(known)
        let gauge = surroundings.metrics.gauge("lode_gateway_bans", help: "Addresses that are banned.")
        gauge.set(Int64(known.count))
        self.gauge = gauge
    }

    private let gauge: Gauge

    private var nowMs: UInt64 { surroundings.clock.unixMilliseconds }

    /// Why and until when the address is turned away; `nil` when it is welcome.
    package func ban(of address: RemoteAddress) -> Ban? {
        let nowMs = nowMs
        return bans.withLock { $0.isEmpty ? nil : $0[address.network] }.flatMap { $0.untilMs > nowMs ? $0 : nil }
    }

    /// Rises with each ban: connections of before must be looked at again.
    var changeCount: UInt64 { banCount.load(ordering: .acquiring) }

    /// Turns the address away from now on; a longer ban stays as it is.
    package func ban(_ address: RemoteAddress, for time: Duration, because reason: String) {
        let nowMs = nowMs
        let ban = Ban(
            address: address.network,
            sinceMs: nowMs,
            untilMs: nowMs + time.wholeMilliseconds,
            reason: BanRecord.plain(reason)
        )
        let isNew = bans.withLock { bans in
            guard bans[ban.address].map({ $0.untilMs < ban.untilMs }) ?? true else { return false }
            if bans.count >= Self.banCountMax { Self.makeRoom(&bans, nowMs: nowMs) }
            bans[ban.address] = ban
            return true
        }
        guard isNew else { return }
        banCount.wrappingAdd(1, ordering: .releasing)
        surroundings.log.warning("address banned", ["address": ban.address, "until_ms": ban.untilMs, "reason": reason])
        noteChange()
    }

    /// - Returns: Whether it was banned.
    @discardableResult
    package func lift(_ address: RemoteAddress) -> Bool {
        let nowMs = nowMs
        let ban = bans.withLock { $0.removeValue(forKey: address.network) }
        guard let ban else { return false }
        surroundings.log.info("ban lifted", ["address": ban.address])
        noteChange()
        return ban.untilMs > nowMs
    }

    /// All that are in force, the one that ends first at the beginning.
    package var all: [Ban] {
        let nowMs = nowMs
        return bans.withLock { Array($0.values) }.filter { $0.untilMs > nowMs }
            .sorted { ($0.untilMs, $0.address.description) < ($1.untilMs, $1.address.description) }
    }

    /// Keeps the disk up to date until its task is cancelled, and once more then; what cannot be written is tried again.
    func run() async {
        var isFailing = false
        for await _ in changes {
            let fault = await write()
            if let fault, !isFailing { report(fault) }
            if fault == nil, isFailing { surroundings.log.info("the ban list is written again", ["file": path]) }
            isFailing = fault != nil
            if isFailing { changed.yield() }
            try? await surroundings.clock.sleep(for: Self.writePause)
        }
        if let fault = await write() { report(fault) }
    }

    private func report(_ fault: SystemError) {
        surroundings.log.error("the ban list cannot be written", ["file": path, "reason": fault])
    }

    /// - Returns: What kept it from being written.
    private func write() async -> SystemError? {
        guard !isWritten.exchange(true, ordering: .relaxed) else { return nil }
        let nowMs = nowMs
        let bytes = bans.withLock { bans in
            bans = bans.filter { $0.value.untilMs > nowMs }
            return BanRecord.file(bans.values)
        }
        do throws(SystemError) {
            try await queue.run { [path] () throws(SystemError) in try DurableFile.replace(path, with: bytes) }
            return nil
        } catch {
            isWritten.store(false, ordering: .relaxed)
            return error
        }
    }

    private func noteChange() {
        gauge.set(Int64(bans.withLock(\.count)))
        isWritten.store(false, ordering: .relaxed)
        changed.yield()
    }

    private static func makeRoom(_ bans: inout [RemoteAddress: Ban], nowMs: UInt64) {
        bans = bans.filter { $0.value.untilMs > nowMs }
        guard bans.count >= banCountMax else { return }
        let first = bans.values.sorted { $0.untilMs < $1.untilMs }.prefix(banCountMax / 16)
        for ban in first { bans[ban.address] = nil }
    }
}
