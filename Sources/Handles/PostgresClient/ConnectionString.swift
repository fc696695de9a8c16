internal import CLibPQ

/// A libpq connection string, looked at before anybody connects with it.
package enum ConnectionString {
    private static let ports = 1...65_535

    /// Why nobody can ever connect with it, as a phrase that follows its name; `nil` for one that is worth a try.
    ///
    /// No part of it is repeated, because where it was misread a password may stand in any.
    package static func problem(_ text: String) -> String? {
        let isURL = text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
        let scheme = text.firstRange(of: "://").map { text[..<$0.lowerBound] } ?? "="
        guard isURL || !scheme.allSatisfy(\.isLetter) else {
            return "begins with neither postgres:// nor postgresql://"
        }
        guard !text.utf8.contains(0), let options = options(text) else {
            return isURL
                ? "is no URL that libpq can read: in a password, all but letters and digits must be written as %XX"
                : "is neither a URL such as postgres://user:password@host/database nor pairs such as host=… dbname=…, with names that libpq knows"
        }
        let given = (options["port"] ?? "").split(separator: ",", omittingEmptySubsequences: false)
        // An empty port is the standard one.
        guard given.allSatisfy({ $0.isEmpty || Int($0).map { ports.contains($0) } == true }) else {
            return "has a port that is no whole number from 1 to 65535"
        }
        let hosts = options["hostaddr"] ?? options["host"] ?? ""
        guard given.count <= 1 || given.count == hosts.split(separator: ",", omittingEmptySubsequences: false).count
        else {
            return "has another number of ports than of hosts"
        }
        return nil
    }

    /// The options that it sets, by name; `nil` when libpq cannot read it.
    private static func options(_ text: String) -> [String: String]? {
        var complaint: UnsafeMutablePointer<CChar>?
        let parsed = unsafe PQconninfoParse(text, &complaint)
        unsafe PQfreemem(complaint)
        guard let first = unsafe parsed else { return nil }
        defer { unsafe PQconninfoFree(first) }
        var options: [String: String] = [:]
        var next = unsafe first
        while let keyword = unsafe next.pointee.keyword {
            if let value = unsafe next.pointee.val {
                options[unsafe String(cString: keyword)] = unsafe String(cString: value)
            }
            unsafe next += 1
        }
        return options
    }
}
