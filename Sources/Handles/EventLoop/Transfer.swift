import Glibc

/// What came of one attempt to move bytes.
enum Transfer {
    case bytes(Int)
    case wantsReading
    case wantsWriting
    /// The other side says that nothing more comes.
    case ended
    case failed(LinkClosure)

    static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        while true {
            let count = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .bytes(count) }
            guard count < 0 else { return .ended }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wantsReading
            case _: return .failed(.peer)
            }
        }
    }

    static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Transfer {
        while true {
            let count = unsafe send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .bytes(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wantsWriting
            case _: return .failed(.peer)
            }
        }
    }
}
