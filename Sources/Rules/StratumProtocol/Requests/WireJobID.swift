package import MiningDomain

/// A job's name on the wire: 16 hex digits of its id, and 2 that count how often the session was sent it.
///
/// The count makes two names for a job that is sent again with another difficulty and time. Which of them a share names
/// decides nothing: its difficulty follows from its job and its time (`DifficultyEpochs`).
package struct WireJobID: Hashable, Sendable {
    package static let digitCount = 18

    package let jobID: JobID
    package let sendingNumber: UInt8

    package init(jobID: JobID, sendingNumber: UInt8) {
        self.jobID = jobID
        self.sendingNumber = sendingNumber
    }

    /// - Returns: `nil` for what the pool never sent as a job's name.
    init?(_ text: Span<UInt8>) {
        guard text.count == Self.digitCount, let value = HexNumber.value(of: text.extracting(first: 16)),
            let jobID = JobID(value), let number = HexNumber.value(of: text.extracting(last: 2))
        else { return nil }
        self.init(jobID: jobID, sendingNumber: UInt8(number))
    }
}
