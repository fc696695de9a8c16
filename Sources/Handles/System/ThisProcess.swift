import Glibc

/// The process that this code runs in.
package enum ThisProcess {
    /// Ends it at once; by custom 0 says that all went well.
    package static func end(status: Int32) -> Never {
        exit(status)
    }
}
