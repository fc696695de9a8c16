import Glibc

/// A user of this machine.
package struct UserAccount: Hashable, Sendable {
    package let name: String
    package let userID: UInt32
    package let groupID: UInt32
    package let homeFolder: String

    /// - Returns: `nil` when the machine knows no such user.
    package static func named(_ name: String) -> UserAccount? {
        unsafe lookUp { unsafe getpwnam_r(name, $0, $1, $2, $3) }
    }

    /// Whom this process acts as.
    ///
    /// - Returns: `nil` for a number without a name, as in some containers.
    package static var current: UserAccount? {
        let number = geteuid()
        return unsafe lookUp { unsafe getpwuid_r(number, $0, $1, $2, $3) }
    }

    package static var isRoot: Bool { geteuid() == 0 }

    /// The longest entry of the user database that is read, in bytes.
    private static let entryByteCountMax = 16_384

    private typealias LookUp = (
        UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
        UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
    ) -> Int32

    private static func lookUp(_ call: LookUp) -> UserAccount? {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var text = [CChar](repeating: 0, count: entryByteCountMax)
        return unsafe text.withUnsafeMutableBufferPointer { text -> UserAccount? in
            guard let start = text.baseAddress, unsafe call(&entry, start, text.count, &found) == 0,
                let found = unsafe found
            else { return nil }
            return unsafe UserAccount(
                name: String(cString: found.pointee.pw_name),
                userID: found.pointee.pw_uid,
                groupID: found.pointee.pw_gid,
                homeFolder: String(cString: found.pointee.pw_dir)
            )
        }
    }
}
