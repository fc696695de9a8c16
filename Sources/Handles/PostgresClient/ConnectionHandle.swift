internal import CLibPQ
import Glibc

/// Owner of one open session with the server.
///
/// Every wait has an end: libpq runs without blocking, and this waits for its socket.
@safe struct ConnectionHandle: ~Copyable {
    /// Reads of what an idle server has sent, before the session is taken as alive.
    private static let idleReadCountMax = 16

    private let raw: OpaquePointer

    /// - Throws: `.unreachable`.
    init(_ settings: PostgresSettings) throws(PostgresError) {
        let keywords = ["dbname", "fallback_application_name", "client_encoding"]
        let values = [settings.conninfo, settings.applicationName, "UTF8"]
        let started = unsafe withCStrings(keywords) { keywords in
            unsafe withCStrings(values) { values in unsafe PQconnectStartParams(keywords, values, 1) }
        }
        guard let raw = unsafe started else { preconditionFailure("libpq is out of memory") }
        unsafe self.raw = raw
        // Notices ("relation exists, skipping") would go to standard error, between the lines of the log.
        unsafe PQsetNoticeProcessor(raw, { _, _ in }, nil)
        try awaitOpening(until: .now + settings.connectTimeout)
        guard unsafe PQsetnonblocking(raw, 1) == 0 else { throw .unreachable(message) }
    }

    deinit {
        unsafe PQfinish(raw)
    }

    /// What the server or libpq last complained of.
    private var message: String {
        let text = unsafe String(cString: PQerrorMessage(raw))
        return String(text.split(whereSeparator: \.isNewline).joined(separator: "; "))
    }

    private borrowing func awaitOpening(until deadline: ContinuousClock.Instant) throws(PostgresError) {
        var events = Int16(POLLOUT)
        while true {
            guard unsafe PQstatus(raw) != CONNECTION_BAD else { throw .unreachable(message) }
            guard wait(for: events, until: deadline) else { throw .unreachable("no answer in time") }
            switch unsafe PQconnectPoll(raw) {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_READING: events = Int16(POLLIN)
            case PGRES_POLLING_WRITING: events = Int16(POLLOUT)
            case _: throw .unreachable(message)
            }
        }
    }

    /// Whether the server has ended the session while it was idle.
    var isClosedByServer: Bool {
        // It may have said why first: the end comes behind that.
        for _ in 0..<Self.idleReadCountMax where wait(for: Int16(POLLIN), until: .now) {
            if unsafe PQconsumeInput(raw) == 0 || PQstatus(raw) == CONNECTION_BAD { return true }
        }
        return false
    }

    /// Runs one or more statements without parameters; all of them are one transaction unless they say otherwise.
    borrowing func run(_ script: String, until deadline: ContinuousClock.Instant) throws(PostgresError) {
        guard unsafe PQsendQuery(raw, script) == 1 else { throw .connectionLost(message) }
        _ = try answer(until: deadline)
    }

    borrowing func execute(
        _ sql: String,
        _ parameters: [PostgresParameter],
        until deadline: ContinuousClock.Instant
    ) throws(PostgresError) -> [PostgresRow] {
        let sent = unsafe withParameters(parameters) { types, values, lengths, formats in
            unsafe PQsendQueryParams(raw, sql, Int32(parameters.count), types, values, lengths, formats, 0)
        }
        guard sent == 1 else { throw .connectionLost(message) }
        return try answer(until: deadline)
    }

    borrowing func prepare(
        _ sql: String,
        as name: String,
        _ parameters: [PostgresParameter],
        until deadline: ContinuousClock.Instant
    ) throws(PostgresError) {
        let types = parameters.map(\.type)
        guard unsafe PQsendPrepare(raw, name, sql, Int32(types.count), types) == 1 else {
            throw .connectionLost(message)
        }
        _ = try answer(until: deadline)
    }

    borrowing func executePrepared(
        _ name: String,
        _ parameters: [PostgresParameter],
        until deadline: ContinuousClock.Instant
    ) throws(PostgresError) -> [PostgresRow] {
        let sent = unsafe withParameters(parameters) { _, values, lengths, formats in
            unsafe PQsendQueryPrepared(raw, name, Int32(parameters.count), values, lengths, formats, 0)
        }
        guard sent == 1 else { throw .connectionLost(message) }
        return try answer(until: deadline)
    }

    /// Waits for every result of what was sent.
    ///
    /// - Returns: The last result's rows.
    private borrowing func answer(until deadline: ContinuousClock.Instant) throws(PostgresError) -> [PostgresRow] {
        var rows: [PostgresRow] = []
        var refusal: PostgresError?
        while true {
            try awaitResult(until: deadline)
            guard let result = unsafe PQgetResult(raw) else { break }
            do throws(PostgresError) {
                rows = try unsafe ResultHandle(adopting: result).rows
            } catch {
                refusal = refusal ?? error
            }
        }
        // A server that goes away says why as a refusal (57P01), and then the socket is closed.
        guard unsafe PQstatus(raw) == CONNECTION_OK else { throw .connectionLost(message) }
        if let refusal { throw refusal }
        return rows
    }

    private borrowing func awaitResult(until deadline: ContinuousClock.Instant) throws(PostgresError) {
        var unsent = unsafe PQflush(raw)
        while unsafe unsent == 1 || PQisBusy(raw) == 1 {
            let events = unsent == 1 ? POLLIN | POLLOUT : POLLIN
            guard wait(for: Int16(events), until: deadline) else { throw .timedOut }
            guard unsafe PQconsumeInput(raw) == 1 else { throw .connectionLost(message) }
            unsent = unsafe PQflush(raw)
        }
        guard unsent == 0 else { throw .connectionLost(message) }
    }

    /// - Returns: Whether the socket became ready before `deadline`.
    private borrowing func wait(for events: Int16, until deadline: ContinuousClock.Instant) -> Bool {
        var entry = pollfd(fd: unsafe PQsocket(raw), events: events, revents: 0)
        while true {
            let (seconds, attoseconds) = max(.zero, deadline - .now).components
            let milliseconds = Int32(
                clamping: seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
            )
            let count = unsafe poll(&entry, 1, milliseconds)
            if count > 0 { return true }
            if count == 0 || errno != EINTR { return false }
        }
    }
}

/// Lends `texts` as a null-terminated list of C strings.
private func withCStrings<Value>(
    _ texts: [String],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
) -> Value {
    let copies = unsafe texts.map { unsafe strdup($0) }
    defer { unsafe copies.forEach { unsafe free($0) } }
    var pointers = unsafe copies.map { unsafe UnsafePointer($0) }
    unsafe pointers.append(nil)
    return unsafe pointers.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("the list has an end mark") }
        return unsafe body(base)
    }
}

/// Lends `parameters` as libpq's four parallel arrays, which point into one buffer.
private func withParameters(
    _ parameters: [PostgresParameter],
    _ body: (
        _ types: UnsafePointer<UInt32>?, _ values: UnsafePointer<UnsafePointer<CChar>?>?,
        _ lengths: UnsafePointer<Int32>?, _ formats: UnsafePointer<Int32>?
    ) -> Int32
) -> Int32 {
    var buffer: [UInt8] = []
    buffer.reserveCapacity(parameters.reduce(1) { $0 + ($1.bytes?.count ?? 0) + 1 })
    let offsets = parameters.map { parameter -> Int? in
        guard let bytes = parameter.bytes else { return nil }
        let offset = buffer.count
        buffer.append(contentsOf: bytes)
        buffer.append(0)  // text ends with a NUL
        return offset
    }
    let types = parameters.map(\.type)
    let lengths = parameters.map { Int32($0.bytes?.count ?? 0) }
    let formats = parameters.map { Int32($0.isBinary ? 1 : 0) }
    return unsafe buffer.withUnsafeBytes { buffer in
        let values = unsafe offsets.map { offset in
            unsafe offset.flatMap { offset in
                unsafe buffer.baseAddress.map { base in unsafe (base + offset).assumingMemoryBound(to: CChar.self) }
            }
        }
        return unsafe body(types, values, lengths, formats)
    }
}
