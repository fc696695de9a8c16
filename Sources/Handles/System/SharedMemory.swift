import Glibc

/// System V shared memory of other programs (`sysvipc(7)`).
package enum SharedMemory {
    private static let table = "/proc/sysvipc/shm"
    /// Room for many times the segments that Linux has by default (4,096), in bytes.
    private static let tableByteCountMax = 4_194_304
    private static let identifierColumn = 1
    private static let attachedColumn = 6

    /// Whether any process still has the segment of this number attached; a segment that is gone is held by nobody.
    package static func isAttached(identifier: Int) throws(SystemError) -> Bool {
        let bytes = try FileDescriptor(opening: table, O_RDONLY).drain(byteCountMax: tableByteCountMax)
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let columns = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
            guard columns.count > attachedColumn, Int(columns[identifierColumn]) == identifier else { continue }
            return columns[attachedColumn] != "0"
        }
        return false
    }
}
