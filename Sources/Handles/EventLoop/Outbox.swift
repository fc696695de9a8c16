/// All output of one turn, of all links: room that is used again, and no copy of arrays that go to many.
@safe final class Outbox {
    private struct Segment {
        /// `nil`: in the room.
        var lent: [UInt8]?
        var start: Int
        var count: Int
        var next: Int32
    }

    private var segments: ContiguousArray<Segment> = []
    private var connections: ContiguousArray<Connection> = []
    private var flushing: ContiguousArray<Connection> = []
    private let room: UnsafeMutableRawBufferPointer
    /// Where several pieces for one link become one.
    private let whole: UnsafeMutableRawBufferPointer
    private var usedByteCount = 0

    /// Bytes of all links in one turn before they go out early.
    private static let roomByteCount = 256 << 10
    /// Bytes of one write.
    private static let wholeByteCount = 64 << 10

    init() {
        unsafe room = .allocate(byteCount: Self.roomByteCount, alignment: 16)
        unsafe whole = .allocate(byteCount: Self.wholeByteCount, alignment: 16)
    }

    deinit {
        unsafe room.deallocate()
        unsafe whole.deallocate()
    }

    var isEmpty: Bool { connections.isEmpty }

    func gather(_ bytes: [UInt8], for connection: Connection) {
        append(Segment(lent: bytes, start: 0, count: bytes.count, next: -1), for: connection)
    }

    /// - Returns: `false` when there is no room.
    func gather(_ bytes: UnsafeRawBufferPointer, for connection: Connection) -> Bool {
        let start = usedByteCount
        guard bytes.count <= Self.roomByteCount - start else { return false }
        unsafe UnsafeMutableRawBufferPointer(rebasing: room[start...]).copyMemory(from: bytes)
        usedByteCount += bytes.count
        let last = Int(connection.lastSegment)
        if last >= 0, segments[last].lent == nil, segments[last].start + segments[last].count == start {
            segments[last].count += bytes.count
        } else {
            append(Segment(lent: nil, start: start, count: bytes.count, next: -1), for: connection)
        }
        return true
    }

    private func append(_ segment: Segment, for connection: Connection) {
        let place = Int32(segments.count)
        segments.append(segment)
        if connection.lastSegment >= 0 {
            segments[Int(connection.lastSegment)].next = place
        } else {
            connection.firstSegment = place
            connections.append(connection)
        }
        connection.lastSegment = place
    }

    /// Gives everything to the sockets.
    func flush() {
        swap(&connections, &flushing)
        for connection in flushing { flush(connection) }
        flushing.removeAll(keepingCapacity: true)
        segments.removeAll(keepingCapacity: true)
        usedByteCount = 0
    }

    private func flush(_ connection: Connection) {
        defer { connection.endLarge() }
        var place = Int(connection.firstSegment)
        let isAlone = connection.firstSegment == connection.lastSegment
        connection.firstSegment = -1
        connection.lastSegment = -1
        if isAlone {
            return unsafe withBytes(of: segments[place]) { unsafe connection.write($0) }
        }
        var count = 0
        while place >= 0 {
            unsafe withBytes(of: segments[place]) { bytes in
                var rest = unsafe bytes
                while unsafe !rest.isEmpty {
                    let part = min(rest.count, Self.wholeByteCount - count)
                    unsafe UnsafeMutableRawBufferPointer(rebasing: whole[count...])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<part]))
                    count += part
                    unsafe rest = UnsafeRawBufferPointer(rebasing: rest[part...])
                    guard count == Self.wholeByteCount else { continue }
                    unsafe connection.write(UnsafeRawBufferPointer(whole))
                    count = 0
                }
            }
            place = Int(segments[place].next)
        }
        if count > 0 { unsafe connection.write(UnsafeRawBufferPointer(rebasing: whole[..<count])) }
    }

    private func withBytes(of segment: Segment, _ body: (UnsafeRawBufferPointer) -> Void) {
        if let lent = segment.lent {
            unsafe lent.withUnsafeBytes { unsafe body($0) }
        } else {
            let end = segment.start + segment.count
            unsafe body(UnsafeRawBufferPointer(rebasing: room[segment.start..<end]))
        }
    }
}
