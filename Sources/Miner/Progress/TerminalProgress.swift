package import System

/// One line that is written over, for a person who watches.
package struct TerminalProgress: ProgressDisplay {
    /// Back to the start of the line, and clear it (ECMA-48).
    private static let clearLine = "\r\u{1b}[K"

    package let interval: Duration = .seconds(1)
    private let stream: StandardStream

    package init(_ stream: StandardStream) {
        self.stream = stream
    }

    package func show(_ progress: MinerProgress) {
        stream.write(Self.clearLine + ProgressLine.text(progress))
    }

    package func conclude(_ progress: MinerProgress) {
        stream.write(Self.clearLine + ProgressLine.summary(progress) + "\n")
    }
}
