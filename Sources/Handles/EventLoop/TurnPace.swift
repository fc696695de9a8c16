/// When a loop lets its sockets fill before it reads again.
///
/// A line that is read alone has a wake-up to itself, and whatever else a turn brings with it, such as a commit; lines that are read
/// together share all that. So while lines come fast, turns that read are held apart until several can have come, and while
/// they come slowly each is read at once. What a turn takes by itself is part of the time, not added to it.
struct TurnPace {
    /// What a rate is measured over, in nanoseconds: so long that chance makes a rate no higher by more than a quarter.
    static let windowNs: UInt64 = 50_000_000
    /// Lines of one turn that are enough: what they share is little by then.
    static let lineCountEnough: UInt64 = 16

    private let gatherNs: UInt64
    private let lineRateMin: UInt64
    private var windowBeganNs: UInt64
    private var windowLineCount: UInt64 = 0
    /// From one turn that has read to the next; 0: they are not held apart.
    private var distanceNs: UInt64
    private var nextReadingNs: UInt64 = 0

    /// - Parameters:
    ///   - gatherNs: How far turns are held apart at most; 0: never.
    ///   - lineRateMin: Lines a second from which on they are; 0: always.
    ///   - nowNs: Of a clock that never goes back, as below.
    init(gatherNs: UInt64, lineRateMin: UInt64, nowNs: UInt64) {
        self.gatherNs = gatherNs
        self.lineRateMin = lineRateMin
        windowBeganNs = nowNs
        distanceNs = lineRateMin == 0 ? gatherNs : 0
    }

    /// A turn that began at `beganNs` has read so many lines, at least one.
    mutating func read(_ lineCount: Int, inTurnBegunAt beganNs: UInt64) {
        guard gatherNs > 0 else { return }
        windowLineCount += UInt64(lineCount)
        let elapsedNs = beganNs - min(beganNs, windowBeganNs)
        if elapsedNs >= Self.windowNs {
            let isFast = Double(windowLineCount) * 1e9 >= Double(lineRateMin) * Double(elapsedNs)
            let enoughNs = Double(elapsedNs) / Double(windowLineCount) * Double(Self.lineCountEnough)
            distanceNs = isFast ? UInt64(min(enoughNs, Double(gatherNs))) : 0
            (windowBeganNs, windowLineCount) = (beganNs, 0)
        }
        nextReadingNs = distanceNs > 0 ? beganNs + distanceNs : 0
    }

    /// Whether there may be anything to wait for: then it is worth a look at the clock.
    var isResting: Bool { nextReadingNs > 0 }

    /// How long the sockets are left alone from now on, in nanoseconds.
    func restNs(atNs nowNs: UInt64) -> UInt64 {
        nextReadingNs - min(nextReadingNs, nowNs)
    }
}
