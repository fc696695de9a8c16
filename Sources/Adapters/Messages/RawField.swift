internal import CProtobufC

/// Copies out of protobuf-c's structs.
enum RawField {
    static func bytes(_ field: ProtobufCBinaryData) -> [UInt8] {
        unsafe Array(UnsafeBufferPointer(start: field.data, count: field.len))
    }

    /// Text in UTF-8; `place` is the field, as `Message.field`.
    static func text(_ field: UnsafeMutablePointer<CChar>?, _ place: String) throws(WireError) -> String {
        guard let field = unsafe field else { return "" }
        guard let text = unsafe String(validatingCString: field) else { throw .invalidText(field: place) }
        return text
    }

    static func items<Item>(_ start: UnsafeMutablePointer<Item>?, count: Int) -> UnsafeBufferPointer<Item> {
        unsafe UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
    }

    /// Numbers side by side, copied in one piece.
    static func column<Number: FixedWidthInteger>(_ start: UnsafeMutablePointer<Number>?, count: Int) -> [Number] {
        unsafe Array(items(start, count: count))
    }

    /// One message of a list.
    static func pointer<Raw>(
        _ item: UnsafeMutablePointer<Raw>?,
        _ place: String
    ) throws(WireError) -> UnsafeMutablePointer<Raw> {
        guard let item = unsafe item else { throw .malformed(message: place) }
        return unsafe item
    }
}
