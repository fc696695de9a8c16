internal import CMicroHTTPD
import Glibc
import Synchronization
import System

/// The C side of `Intake`: every call comes on libmicrohttpd's one thread.
enum Callbacks {
    static let accept: MHD_AcceptPolicyCallback = { context, address, _ in
        guard let peer = unsafe RemoteAddress(address) else { return .NO }
        return unsafe intake(context).table.mayOpen(from: peer) ? .YES : .NO
    }

    static let connectionChanged: MHD_NotifyConnectionCallback = { context, raw, slot, change in
        guard let raw = unsafe raw, let slot = unsafe slot else { return }
        switch change {
        case .CONNECTION_NOTIFY_STARTED:
            guard let peer = unsafe RemoteAddress(lode_mhd_peer(raw)) else { return }
            let connection = unsafe intake(context).opened(descriptor: lode_mhd_socket(raw), peer: peer)
            unsafe slot.pointee = Unmanaged.passRetained(connection).toOpaque()
        case _:
            guard let kept = unsafe slot.pointee else { return }
            unsafe slot.pointee = nil
            let connection = unsafe Unmanaged<ClientConnection>.fromOpaque(kept).takeRetainedValue()
            unsafe intake(context).table.closed(connection)
        }
    }

    static let requestLineArrived: lode_mhd_uri_callback = { context, target, raw in
        guard let raw = unsafe raw, let target = unsafe target, let connection = unsafe connection(raw) else {
            return nil
        }
        unsafe intake(context).requestLineArrived(String(cString: target), on: connection)
        return nil
    }

    static let handle: MHD_AccessHandlerCallback = { context, raw, _, method, _, bytes, count, slot in
        guard let raw = unsafe raw, let method = unsafe method, let count = unsafe count, let slot = unsafe slot,
            let connection = unsafe connection(raw)
        else { return .NO }
        let intake = unsafe intake(context)
        guard let kept = unsafe slot.pointee else {
            return unsafe begin(intake, raw, String(cString: method), connection, slot)
        }
        let pending = unsafe Unmanaged<PendingRequest>.fromOpaque(kept).takeUnretainedValue()
        if unsafe count.pointee > 0 {
            let mayGoOn = unsafe intake.received(
                UnsafeRawBufferPointer(start: bytes, count: count.pointee),
                for: pending
            )
            unsafe count.pointee = 0
            return mayGoOn ? .YES : .NO
        }
        if let answer = pending.takeAnswer() { return unsafe send(answer, intake, raw, connection) }
        guard let refusal = intake.dispatch(pending, on: connection) else { return .YES }
        return unsafe send(intake.response(to: refusal), intake, raw, connection)
    }

    static let completed: MHD_RequestCompletedCallback = { context, raw, slot, _ in
        guard let raw = unsafe raw, let slot = unsafe slot else { return }
        let kept = unsafe slot.pointee
        unsafe slot.pointee = nil
        let pending = unsafe kept.map { unsafe Unmanaged<PendingRequest>.fromOpaque($0).takeRetainedValue() }
        unsafe intake(context).completed(pending, on: connection(raw))
    }

    // MARK: - Parts

    private static func begin(
        _ intake: Intake,
        _ raw: OpaquePointer,
        _ method: String,
        _ connection: ClientConnection,
        _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    ) -> MHD_Result {
        guard let target = RequestTarget(connection.target.withLock { $0 }) else {
            return unsafe send(intake.response(to: .malformed), intake, raw, connection)
        }
        let head = PendingRequest.Head(
            method: method,
            target: target,
            headers: unsafe headers(of: raw),
            peer: connection.peer
        )
        if let refusal = unsafe intake.refusal(ofHead: head, byteCount: lode_mhd_head_size(raw)) {
            return unsafe send(intake.response(to: refusal), intake, raw, connection)
        }
        let pending = unsafe PendingRequest(head, connection: raw)
        unsafe slot.pointee = Unmanaged.passRetained(pending).toOpaque()
        intake.began(pending, on: connection)
        return .YES
    }

    private static func send(
        _ response: OutgoingResponse,
        _ intake: Intake,
        _ raw: OpaquePointer,
        _ connection: ClientConnection
    ) -> MHD_Result {
        let table = intake.table
        return unsafe intake.sending(response, on: connection).queue(on: raw) { table.cut(connection) }
    }

    private static func headers(of raw: OpaquePointer) -> [String: String] {
        var headers: [String: String] = [:]
        unsafe withUnsafeMutablePointer(to: &headers) { headers in
            _ = unsafe MHD_get_connection_values(
                raw,
                .HEADER_KIND,
                { context, _, name, value in
                    guard let context = unsafe context, let name = unsafe name else { return .YES }
                    let headers = unsafe context.assumingMemoryBound(to: [String: String].self)
                    let key = unsafe String(cString: name).lowercased()
                    let text = unsafe value.map { unsafe String(cString: $0) } ?? ""
                    unsafe headers.pointee[key] = unsafe headers.pointee[key].map { "\($0), \(text)" } ?? text
                    return .YES
                },
                headers
            )
        }
        return headers
    }

    private static func intake(_ context: UnsafeMutableRawPointer?) -> Intake {
        guard let context = unsafe context else { preconditionFailure("libmicrohttpd lost its context") }
        return unsafe Unmanaged<Intake>.fromOpaque(context).takeUnretainedValue()
    }

    private static func connection(_ raw: OpaquePointer) -> ClientConnection? {
        guard let kept = unsafe lode_mhd_socket_context(raw) else { return nil }
        return unsafe Unmanaged<ClientConnection>.fromOpaque(kept).takeUnretainedValue()
    }
}
