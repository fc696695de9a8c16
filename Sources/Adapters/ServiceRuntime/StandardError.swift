import System

/// The process's standard error, a line at a time.
package struct StandardError: LogSink {
    package init() {}

    package func write(_ line: String) {
        StandardStream.error.write(line + "\n")
    }
}
