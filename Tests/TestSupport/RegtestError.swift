package import JSON

/// Why a test's node did not do as told.
package enum RegtestError: Error {
    case notInstalled(String)
    case didNotStart(log: String)
    case didNotHappen(String)
    case refused(code: Int64, message: String)
    case unexpected(JSON)
}
