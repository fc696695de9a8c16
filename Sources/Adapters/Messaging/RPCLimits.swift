internal import NNGSockets
internal import System

/// Bounds of one end of the calls between services.
package struct RPCLimits: Sendable {
    /// Bytes of one message with its envelope; the same on both ends.
    package var messageByteCountMax: Int
    /// Calls that a client has under way, or a server in hand, at once.
    package var callCountMax: Int
    /// How long a server that stops waits for what it has in hand.
    package var drainTime: Duration

    /// The range of a call's time limit, in milliseconds, as `envelope.proto` says.
    package static let timeoutMsRange: ClosedRange<UInt32> = 1...600_000
    /// Bytes of a method's name, as `envelope.proto` says.
    package static let methodByteCountMax = 128

    /// Bytes of a request's envelope beside its method and its payload, and of a reply's beside its payload, at most.
    static let requestEnvelopeByteCount = 24
    static let replyEnvelopeByteCount = 16

    /// For all services but the one that sends whole templates.
    package static let standard = RPCLimits(messageByteCountMax: 1 << 20)
    /// A template holds a whole block: 4 MB of weight, and as much again for MWEB.
    package static let jobs = RPCLimits(messageByteCountMax: 16 << 20)

    package init(messageByteCountMax: Int, callCountMax: Int = 256, drainTime: Duration = .seconds(10)) {
        self.messageByteCountMax = messageByteCountMax
        self.callCountMax = callCountMax
        self.drainTime = drainTime
    }

    var socket: SocketLimits {
        SocketLimits(messageByteCountMax: messageByteCountMax, callCountMax: callCountMax)
    }

    static func milliseconds(_ timeout: Duration) -> UInt32 {
        let milliseconds = UInt32(clamping: timeout.wholeMilliseconds)
        return min(max(milliseconds, timeoutMsRange.lowerBound), timeoutMsRange.upperBound)
    }
}
