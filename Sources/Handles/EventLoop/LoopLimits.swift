import System

/// `LoopSettings` as the machine counts: milliseconds and no concepts.
struct LoopLimits {
    let lineByteCountMax: Int
    let turnByteCountMax: Int
    let turnLineCountMax: Int
    let gatherNs: UInt64
    let gatherLineRateMin: UInt64
    let outputByteCountMax: Int
    let largeOutputCountMax: Int
    let lookupCountMax: Int
    let connectMs: UInt64
    let proxyHeaderMs: UInt64
    let handshakeMs: UInt64
    let firstLineMs: UInt64
    let halfLineMs: UInt64
    let idleMs: UInt64
    let lingerMs: UInt64
    let tickMs: UInt64

    init(_ settings: LoopSettings) {
        lineByteCountMax = settings.lineByteCountMax
        turnByteCountMax = min(max(1, settings.turnByteCountMax), LoopMachine.bufferByteCount)
        turnLineCountMax = max(1, settings.turnLineCountMax)
        gatherNs = Self.nanoseconds(settings.gatherTime)
        gatherLineRateMin = settings.gatherLineRateMin
        outputByteCountMax = settings.outputByteCountMax
        largeOutputCountMax = settings.largeOutputCountMax
        lookupCountMax = settings.lookupCountMax
        connectMs = Self.milliseconds(settings.connectTime)
        proxyHeaderMs = Self.milliseconds(settings.proxyHeaderTime)
        handshakeMs = Self.milliseconds(settings.handshakeTime)
        firstLineMs = Self.milliseconds(settings.firstLineTime)
        halfLineMs = Self.milliseconds(settings.halfLineTime)
        idleMs = Self.milliseconds(settings.idleTime)
        lingerMs = Self.milliseconds(settings.lingerTime)
        tickMs = Self.milliseconds(settings.tickInterval)
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        UInt64(max(0, min(duration, .seconds(1)) / .nanoseconds(1)))
    }

    private static func milliseconds(_ duration: Duration) -> UInt64 {
        min(max(1, duration.wholeMilliseconds), 1_000_000_000_000)  // thirty years, and nothing overflows
    }
}
