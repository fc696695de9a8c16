import Foundation

/// How much of the matrix a run goes through.
enum CrashExtent: String {
    /// The rows that decide something.
    case deciding
    case all
    /// All, and the tables are made anew.
    case write

    static let current =
        ProcessInfo.processInfo.environment["CRASH_MATRIX"].flatMap(CrashExtent.init(rawValue:)) ?? .deciding

    /// A step that changes what the chain or the books say; or any, when all are gone through.
    func isWanted(_ step: String) -> Bool {
        self != .deciding || step.hasPrefix("COMMIT of INSERT transfers") || step == "submitblock"
            || step == "UPDATE payouts signed" || step == "sendrawtransaction"
    }
}
