import BlockFormat
import System

/// One of the operator's lists on disk, read again whenever it is another file than before.
struct AccountListFile: Sendable {
    /// What the file was when it was last looked at.
    private enum Seen: Hashable {
        case nothing
        case stamp(FileStamp)
        case absent(SystemError)
    }

    let path: String
    let network: Network
    private var seen = Seen.nothing

    init(path: String, network: Network) {
        self.path = path
        self.network = network
    }

    /// Blocks for as long as the disk takes, and reading so many addresses.
    ///
    /// - Returns: What the file holds, or `nil` when it is the same as the last time.
    /// - Throws: Why it cannot be used: once for each change.
    mutating func changed() throws(AccountListError) -> AccountList? {
        let now: Seen
        do throws(SystemError) {
            now = .stamp(try FileStamp(path))
        } catch {
            now = .absent(error)
        }
        guard now != seen else { return nil }
        seen = now
        return try read()
    }

    private func read() throws(AccountListError) -> AccountList {
        if case .absent(let error) = seen { throw .unreadable("\(error)") }
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try DurableFile.read(path, byteCountMax: AccountList.byteCountMax)
        } catch {
            throw .unreadable("\(error)")
        }
        return try AccountList(bytes, on: network)
    }
}
