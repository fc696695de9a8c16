import System

/// Whether a server runs on a cluster, as far as it can be told.
enum PostmasterState {
    case running(PostmasterFile)
    /// None runs; with the file that an earlier one left behind.
    case dead(leftover: PostmasterFile?)
    /// It could not be looked up, such as for want of a file descriptor: that is no sign of an end.
    case unknown(SystemError)

    init(cluster: String) {
        do throws(SystemError) {
            guard let file = try PostmasterFile(in: cluster) else {
                self = .dead(leftover: nil)
                return
            }
            // The number may be another program's by now; a zombie has no command line.
            let words = try ProcessSignal.commandLine(of: file.processID)
            self = file.cluster == cluster && words.contains(cluster) ? .running(file) : .dead(leftover: file)
        } catch {
            self = .unknown(error)
        }
    }
}
