internal import CLibEvent

/// Owner of libevent's `event_base`: the one place where a loop's thread waits.
///
/// Without locks: one thread only.
@safe final class EventBase {
    fileprivate let raw: OpaquePointer

    init?() {
        guard let config = unsafe event_config_new() else { return nil }
        defer { unsafe event_config_free(config) }
        unsafe event_config_set_flag(config, Int32(EVENT_BASE_FLAG_NOLOCK.rawValue))
        guard let raw = unsafe event_base_new_with_config(config) else { return nil }
        unsafe self.raw = raw
    }

    /// Every event must be gone.
    deinit {
        unsafe event_base_free(raw)
    }

    /// Calls every target that is ready, once each.
    ///
    /// - Parameter waiting: Whether to wait until there is one.
    func turn(waiting: Bool) {
        unsafe event_base_loop(raw, waiting ? EVLOOP_ONCE : EVLOOP_ONCE | EVLOOP_NONBLOCK)
    }
}

/// Owner of libevent's `struct event`: one interest in one descriptor.
///
/// Gone before the descriptor is closed.
@safe struct Event: ~Copyable {
    private let raw: OpaquePointer

    /// The target is not retained and must outlive the event.
    init(_ base: EventBase, descriptor: Int32, _ interest: Readiness, target: EventTarget) {
        let raw = unsafe event_new(
            base.raw,
            descriptor,
            interest.rawValue | Int16(EV_PERSIST),
            { _, what, target in
                guard let target = unsafe target else { return }
                unsafe Unmanaged<EventTarget>.fromOpaque(target).takeUnretainedValue().ready(Readiness(rawValue: what))
            },
            Unmanaged.passUnretained(target).toOpaque()
        )
        // Memory for a few words: there is no going on without.
        guard let raw = unsafe raw else { preconditionFailure("no memory for an event") }
        unsafe self.raw = raw
    }

    deinit {
        unsafe event_free(raw)
    }

    /// - Returns: `false` when the kernel does not watch the descriptor, such as for want of memory.
    @discardableResult
    func start() -> Bool {
        unsafe event_add(raw, nil) == 0
    }

    /// Calls again and again after so many milliseconds.
    func start(everyMs interval: UInt64) {
        var time = timeval(tv_sec: Int(interval / 1_000), tv_usec: Int(interval % 1_000 * 1_000))
        unsafe event_add(raw, &time)
    }

    func stop() {
        unsafe event_del(raw)
    }
}
