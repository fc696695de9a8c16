internal import CMicroHTTPD
import Glibc

/// Owner of libmicrohttpd's daemon, with its thread.
///
/// Whoever starts one stops it.
@safe final class Daemon: Sendable {
    private nonisolated(unsafe) let raw: OpaquePointer
    // libmicrohttpd holds a pointer to it.
    private let intake: Intake

    /// `socket` must stay open until `stop` has returned.
    init(_ socket: borrowing ListeningSocket, intake: Intake) throws(HTTPServerError) {
        let limits = intake.limits
        var settings = unsafe lode_mhd_settings()
        unsafe settings.listening_socket = socket.descriptor
        unsafe settings.connection_count_max = UInt32(limits.connectionCountMax)
        unsafe settings.idle_seconds = UInt32(max(1, limits.idleTime.components.seconds))
        // A head twice as large as allowed is still read, so that it can be refused in our own words.
        unsafe settings.memory_byte_count_max = 4 * limits.headerByteCountMax + Self.writeBufferByteCount
        unsafe settings.accept = Callbacks.accept
        unsafe settings.handle = Callbacks.handle
        unsafe settings.completed = Callbacks.completed
        unsafe settings.connection_changed = Callbacks.connectionChanged
        unsafe settings.context = Unmanaged.passUnretained(intake).toOpaque()
        guard let raw = unsafe lode_mhd_start(settings, Callbacks.requestLineArrived) else {
            throw .other("libmicrohttpd does not start")
        }
        unsafe self.raw = raw
        self.intake = intake
    }

    /// No new connections from here on.
    func quiesce() {
        unsafe MHD_quiesce_daemon(raw)
    }

    /// Closes every connection; none may be paused.
    func stop() {
        unsafe MHD_stop_daemon(raw)
    }

    private static let writeBufferByteCount = 4 << 10
}
