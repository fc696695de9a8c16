import Glibc

/// The streams a process is started with.
package enum StandardStream {
    case output
    case error

    /// Writes all of `text` in one call if the kernel takes it so: lines of several threads do not mix.
    package func write(_ text: String) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            guard count > 0 || errno == EINTR else { return }  // nobody reads: there is nowhere to say so
            written += max(0, count)
        }
    }

    /// Whether a person watches: the stream is a terminal.
    package var isTerminal: Bool { isatty(descriptor) == 1 }

    private var descriptor: Int32 {
        switch self {
        case .output: STDOUT_FILENO
        case .error: STDERR_FILENO
        }
    }
}
