internal import JSON

/// Who wants to be credited: `mining.authorize`.
package struct AuthorizeRequest: Hashable, Sendable {
    /// An address, a point and a worker's name stay well below this, in bytes.
    package static let nameByteCountMax = 256
    /// Room for every option there is, in bytes.
    package static let passwordByteCountMax = 512

    /// As it was sent: `WorkerCredentials` reads it.
    package let name: String
    /// Never checked, and empty when there was none: `PasswordOptions` reads it.
    package let password: String

    package init(name: String, password: String) {
        self.name = name
        self.password = password
    }

    /// - Returns: `nil` without a name, and for one or a password that is too long.
    init?(_ params: [JSON]) {
        guard let name = params.first?.string, (1...Self.nameByteCountMax).contains(name.utf8.count),
            let password = params.optionalPassword(at: 1), password.utf8.count <= Self.passwordByteCountMax
        else { return nil }
        self.init(name: name, password: password)
    }
}

extension [JSON] {
    /// Some miners send a password of digits as a number.
    fileprivate func optionalPassword(at place: Int) -> String? {
        if place < count, let number = self[place].number { return number.description }
        return optionalText(at: place)
    }
}
