import Configuration
import Cryptography
import Hashing
import ServiceRuntime
import Synchronization
import System

/// The folder of everything that must survive a restart: one part for each service, held by one process at a time.
final class DataFolder: Sendable {
    let path: String
    private let configuration: PoolConfiguration
    private let locks = Mutex<[FolderLock]>([])

    /// Makes the folder when it is not there.
    init(_ configuration: PoolConfiguration) throws {
        self.configuration = configuration
        do {
            try Folder.create(configuration[Keys.dataFolder])
            path = try Folder.absolute(configuration[Keys.dataFolder])
        } catch {
            throw configuration.error(at: Keys.dataFolder, "cannot be used: \(error)")
        }
    }

    /// One service's part, for this process alone as long as this object lives.
    func part(_ name: String) throws -> String {
        let part = path + "/" + name
        do {
            try Folder.create(part)
            let lock = try FolderLock(part)
            locks.withLock { $0.append(lock) }
            return part
        } catch  where error.reason == .held {
            let holder = FolderLock.holder(of: part).map { " (process \($0))" } ?? ""
            throw configuration.error(at: Keys.dataFolder, "\(path) is in use by another lode\(holder)")
        } catch {
            throw configuration.error(at: Keys.dataFolder, "cannot be used: \(error)")
        }
    }

    /// The pool's secret: as configured, else the one that is kept here, else a new one that is kept from now on.
    func secret(log: Log) throws -> AuthenticationKey {
        if let configured = configuration[Keys.secret] { return try Self.key(configured.exposed, in: "secret") }
        let file = path + "/secret"
        let fresh = Hex.string(SecureRandom.bytes(AuthenticationKey.byteCount)) + "\n"
        if !DurableFile.exists(file), try DurableFile.create(file, with: Array(fresh.utf8)) {
            log.info("made the pool's secret; processes on other machines need the same", ["file": file])
        }
        let text = try DurableFile.read(file, byteCountMax: Self.secretByteCountMax).filter { $0 > 0x20 }
        return try Self.key(Hex.bytes(String(decoding: text, as: UTF8.self)) ?? [], in: file)
    }

    /// More than 32 bytes in hex with some white space.
    private static let secretByteCountMax = 1_024

    private static func key(_ bytes: [UInt8], in place: String) throws -> AuthenticationKey {
        guard let key = AuthenticationKey(bytes) else {
            throw ConfigurationError(place, "must hold \(AuthenticationKey.byteCount) bytes in hex and nothing else")
        }
        return key
    }
}
