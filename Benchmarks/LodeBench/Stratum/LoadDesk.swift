import BlockFormat
import EventLoop
import Hashing
import JSON
import MiningDomain

/// Many miners on one thread, whose shares are all truly shares, and who match each answer to its share.
final class LoadDesk: LoopHandler {
    typealias Session = LoadMiner

    /// Where the pool is.
    struct Door: Sendable {
        let port: UInt16
        let tls: ClientTLS?
        /// What each connection begins with, as a load balancer's do.
        var header = ""
    }

    /// Connections that are being opened at a time: what a listener has room for.
    private static let openingCountMax = 256
    static let worker = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080.bench"

    private let context: LoopContext<LoadMiner>
    private var door: Door?
    private var unopenedCount = 0
    private(set) var miners: [LoadMiner] = []
    private(set) var readyCount = 0
    var counts = LoadCounts()
    /// Shares that a miner keeps under way by itself; 0: it sends what it is told to.
    var outstandingCount = 0
    var nextMiner = 0
    var watchedTip: Hash256?
    // Most miners are told the same: it is read once.
    private var lastNotice: [UInt8] = []
    private var lastJob: LoadJob?
    /// Shares are written here before they are sent.
    var room: [UInt8] = []

    init(_ context: LoopContext<LoadMiner>) {
        self.context = context
    }

    var openShareCount: Int { miners.reduce(0) { $0 + $1.openShares.count } }

    // MARK: What it is told

    /// Brings so many miners, besides those that are there.
    func connect(_ count: Int, to door: Door) {
        self.door = door
        unopenedCount += count
        for _ in 0..<min(count, Self.openingCountMax) { connectOne() }
    }

    func closeAll() {
        unopenedCount = 0
        outstandingCount = 0
        for miner in miners { miner.link?.close() }
    }

    // MARK: Connections

    private func connectOne() {
        guard unopenedCount > 0, let door else { return }
        unopenedCount -= 1
        let miner = LoadMiner()
        miner.link = context.connect(to: "127.0.0.1", port: door.port, tls: door.tls, session: miner)
        miners.append(miner)
    }

    func open(_: Link<LoadMiner>) -> LoadMiner? { nil }

    func opened(_ link: Link<LoadMiner>) {
        link.send(
            Array(
                """
                \(door?.header ?? ""){"id":\(LoadMiner.subscribeID),"method":"mining.subscribe","params":["lode-bench"]}
                {"id":\(LoadMiner.authorizeID),"method":"mining.authorize","params":["\(Self.worker)","x"]}

                """.utf8
            )
        )
    }

    func closed(_ link: Link<LoadMiner>, because closure: LinkClosure) {
        guard let miner = link.session else { return }
        miner.link = nil
        if miner.isReady { readyCount -= 1 }
        miner.isReady = false
        miners.removeAll { $0 === miner }
        if closure != .local { counts.closed += 1 }
        counts.unanswered += miner.openShares.count
    }

    // MARK: Lines

    func receive(_ line: Span<UInt8>, from link: Link<LoadMiner>) {
        guard let miner = link.session else { return }
        if let id = AnswerScan.acceptedID(line) { return accepted(id, miner) }
        if isLastNotice(line) { return take(lastJob, miner) }
        let bytes = [UInt8](line)
        guard let json = try? JSON(parsing: bytes) else {
            counts.unmatched += 1
            return
        }
        let parameters = json["params"]?.array ?? []
        switch json["method"]?.string {
        case "mining.notify":
            (lastNotice, lastJob) = (bytes, LoadJob(parameters))
            take(lastJob, miner)
        case "mining.set_difficulty":
            let difficulty = parameters.first?.number.flatMap { Difficulty($0.description) }
            miner.target = difficulty.map {
                Target(difficulty: $0, differenceOne: BenchChain.network.differenceOne).bigEndianBytes
            }
        case nil: answered(json, miner)
        case _: break
        }
    }

    private func isLastNotice(_ line: Span<UInt8>) -> Bool {
        guard line.count == lastNotice.count else { return false }
        let known = lastNotice
        for place in line.indices where line[place] != known[place] { return false }
        return true
    }

    private func take(_ job: LoadJob?, _ miner: LoadMiner) {
        guard let job else {
            counts.unmatched += 1
            return
        }
        if let watchedTip, job.previousHash == watchedTip, miner.job?.previousHash != watchedTip {
            counts.tipArrivals.append(.now)
        }
        miner.job = job
        lookWhetherReady(miner)
    }

    func lookWhetherReady(_ miner: LoadMiner) {
        guard !miner.isReady, miner.job != nil, miner.target != nil, miner.extranonce1 != nil, miner.isAuthorized else {
            return
        }
        miner.isReady = true
        readyCount += 1
        connectOne()
    }

    /// Everything but the usual answer to an accepted share.
    private func answered(_ json: JSON, _ miner: LoadMiner) {
        let id = json["id"]?.uint64
        if id == LoadMiner.subscribeID {
            miner.extranonce1 = json["result"]?.array?.dropFirst().first?.string.flatMap { UInt32($0, radix: 16) }
        } else if let place = miner.openShares.firstIndex(where: { $0.id == id }) {
            miner.openShares.remove(at: place)
            let reason = json["error"]?.array?.dropFirst().first?.string ?? "without a reason"
            counts.refused[reason, default: 0] += 1
            goOn(miner)
        } else {
            counts.unmatched += 1
        }
    }
}

extension [UInt8] {
    fileprivate init(_ line: Span<UInt8>) {
        self.init()
        reserveCapacity(line.count)
        for place in line.indices { append(line[place]) }
    }
}
