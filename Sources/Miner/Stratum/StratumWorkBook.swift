import Hashing

/// The jobs as they were sent, as long as finds in them may still count.
struct StratumWorkBook: Sendable {
    /// Past the jobs that any pool keeps alive.
    static let workCountMax = 64

    private var works: [(token: String, work: StratumWork)] = []
    private var nextNumber: UInt64 = 1

    /// - Returns: The token that finds in this work will carry.
    mutating func add(_ work: StratumWork) -> String {
        let token = "\(nextNumber)"
        nextNumber += 1
        works.append((token, work))
        if works.count > Self.workCountMax { works.removeFirst() }
        return token
    }

    subscript(token: String) -> StratumWork? {
        works.last { $0.token == token }?.work
    }

    /// Forgets what does not build on `tip`: after a pause, nobody takes it any more.
    mutating func keep(on tip: Hash256) {
        works.removeAll { $0.work.previousHash != tip }
    }

    mutating func removeAll() {
        works = []
    }
}
