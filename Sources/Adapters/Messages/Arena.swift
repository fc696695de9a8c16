internal import CProtobufC
internal import Glibc

/// The memory of one message while it is between bytes and Swift: every part is freed together.
///
/// As protobuf-c's allocator it also bounds what hostile bytes can unfold to.
@safe final class Arena {
    /// How much memory a message of `byteCount` bytes may take while it is read.
    ///
    /// The worst honest case is an empty message in a list: two bytes become a struct, a pointer to it and
    /// protobuf-c's own notes on the field, together under 200 bytes.
    static func decodedByteCountMax(_ byteCount: Int) -> Int { 256 * byteCount + 65_536 }

    private static let blockByteCount = 4_096
    /// What malloc gives too: fit for any C type.
    private static let alignment = 16

    private var blocks: [UnsafeMutableRawPointer] = unsafe []
    private var next: UnsafeMutableRawPointer?
    private var free = 0
    private var allowance: Int

    init(byteCountMax: Int) {
        allowance = byteCountMax
    }

    deinit {
        unsafe blocks.forEach { unsafe Glibc.free($0) }
    }

    /// - Returns: `nil` past the arena's bound, or when the system has no memory.
    func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        guard byteCount >= 0, byteCount <= allowance else { return nil }
        allowance -= byteCount
        let rounded = (max(1, byteCount) + Self.alignment - 1) & ~(Self.alignment - 1)
        if rounded > free {
            let size = max(rounded, min(Self.blockByteCount << (unsafe blocks.count), 1 << 20))
            guard let block = unsafe malloc(size) else { return nil }
            unsafe blocks.append(block)
            unsafe next = block
            free = size
        }
        let start = unsafe next
        unsafe next = start?.advanced(by: rounded)
        free -= rounded
        return unsafe start
    }

    /// Room for `count` values.
    func room<Value>(_ type: Value.Type, count: Int) -> UnsafeMutablePointer<Value> {
        guard let start = unsafe allocate(count * MemoryLayout<Value>.stride) else {
            preconditionFailure("no memory for a message")
        }
        return unsafe start.bindMemory(to: type, capacity: count)
    }
}

// Writing: Swift values become C structs that live as long as the arena.
extension Arena {
    /// Packs the C message that `build` makes.
    static func encode<Raw>(_ build: (Arena) -> UnsafeMutablePointer<Raw>) -> [UInt8] {
        let arena = Arena(byteCountMax: .max)
        // Every message of protobuf-c begins with its base.
        let base = unsafe UnsafeRawPointer(build(arena)).assumingMemoryBound(to: ProtobufCMessage.self)
        let size = unsafe protobuf_c_message_get_packed_size(base)
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = unsafe protobuf_c_message_pack(base, buffer.baseAddress)
        }
        return withExtendedLifetime(arena) { bytes }
    }

    func place<Raw>(_ raw: Raw) -> UnsafeMutablePointer<Raw> {
        let pointer = unsafe room(Raw.self, count: 1)
        unsafe pointer.initialize(to: raw)
        return unsafe pointer
    }

    func list<Raw>(_ items: [Raw]) -> UnsafeMutablePointer<Raw>? {
        guard !items.isEmpty else { return nil }
        let pointer = unsafe room(Raw.self, count: items.count)
        _ = unsafe UnsafeMutableBufferPointer(start: pointer, count: items.count).initialize(from: items)
        return unsafe pointer
    }

    func text(_ text: String) -> UnsafeMutablePointer<CChar> {
        unsafe place(text.utf8.map { CChar(bitPattern: $0) } + [0])
    }

    private func place(_ characters: [CChar]) -> UnsafeMutablePointer<CChar> {
        let pointer = unsafe room(CChar.self, count: characters.count)
        _ = unsafe UnsafeMutableBufferPointer(start: pointer, count: characters.count).initialize(from: characters)
        return unsafe pointer
    }

    func bytes(_ bytes: [UInt8]) -> ProtobufCBinaryData {
        unsafe ProtobufCBinaryData(len: bytes.count, data: list(bytes))
    }
}

// Reading: protobuf-c's structs live in the arena only until they are copied.
extension Arena {
    /// protobuf-c's unpacking function of one message type.
    typealias Unpack<Raw> = (
        UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?
    ) -> UnsafeMutablePointer<Raw>?

    static func decode<Raw, Value>(
        _ bytes: [UInt8],
        _ message: String,
        _ unpack: Unpack<Raw>,
        _ copy: (UnsafePointer<Raw>) throws(WireError) -> Value
    ) throws(WireError) -> Value {
        let arena = Arena(byteCountMax: decodedByteCountMax(bytes.count))
        defer { withExtendedLifetime(arena) {} }
        var allocator = unsafe ProtobufCAllocator(
            alloc: { unsafe Arena.allocate($0, $1) },
            free: { _, _ in },  // with the arena
            allocator_data: Unmanaged.passUnretained(arena).toOpaque()
        )
        guard let raw = unsafe unpack(&allocator, bytes.count, bytes) else { throw .malformed(message: message) }
        return try unsafe copy(raw)
    }

    private static func allocate(_ context: UnsafeMutableRawPointer?, _ byteCount: Int) -> UnsafeMutableRawPointer? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<Arena>.fromOpaque(context).takeUnretainedValue().allocate(byteCount)
    }
}
