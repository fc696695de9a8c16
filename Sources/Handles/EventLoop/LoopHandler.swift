package import System

/// What a program does with the connections of one loop.
///
/// Made on the loop's thread and only ever touched there.
///
/// No call comes while another one is under way: closing a link inside a call is noted, and `closed` comes later in the
/// same turn.
package protocol LoopHandler: AnyObject, SendableMetatype {
    /// What the program knows about one connection.
    associatedtype Session: AnyObject

    /// A new connection, after its PROXY header and before TLS is shaken hands.
    ///
    /// - Returns: `nil` refuses it: it is closed without a word, and `closed` does not come.
    func open(_ link: Link<Session>) -> Session?

    /// The link can be used: at once after `open` for plain text, after the handshake for TLS; for an outgoing link
    /// when it is connected and shaken hands.
    func opened(_ link: Link<Session>)

    /// One line without its `\n` or `\r\n`, at most `LoopSettings.lineByteCountMax` bytes; it lasts as long as the call.
    func receive(_ line: Span<UInt8>, from link: Link<Session>)

    /// All lines that were readable in this turn of the loop were delivered; not called when there were none.
    func turnEnded()

    /// What to send before a link is closed by the loop itself for `.lineTooLong` or `.timedOut`.
    func farewell(to link: Link<Session>, because: LinkClosure) -> [UInt8]?

    /// Comes once for every link that had a session; `link.session` is gone when it has returned.
    func closed(_ link: Link<Session>, because: LinkClosure)

    /// A connection that ended before `open` was asked: for a limit, or for its PROXY header.
    func refused(_ address: RemoteAddress, because: LinkClosure)

    /// Comes every `LoopSettings.tickInterval`.
    ///
    /// - Parameter nowMs: Milliseconds of the loop's own clock, which never goes back and has nothing to do with the
    ///   time of day.
    func tick(nowMs: UInt64)
}

extension LoopHandler {
    package func opened(_: Link<Session>) {}
    package func turnEnded() {}
    package func farewell(to _: Link<Session>, because _: LinkClosure) -> [UInt8]? { nil }
    package func refused(_: RemoteAddress, because _: LinkClosure) {}
    package func tick(nowMs _: UInt64) {}
}
