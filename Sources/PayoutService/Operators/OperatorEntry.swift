package import ServiceRuntime

/// One line of the audit log: what a person wanted done, and what came of it.
package struct OperatorEntry: Hashable, Sendable {
    package enum Action: String, CaseIterable, Hashable, Sendable {
        case payoutRetry = "payout retry"
        case payoutCancel = "payout cancel"
        case payoutExport = "payout export"
        case payoutImport = "payout import"
        case accountSet = "account set"
        case accountReset = "account reset"
        case accountAdmit = "account admit"
        case banAdd = "ban add"
        case banLift = "ban lift"
    }

    package enum Outcome: String, CaseIterable, Hashable, Sendable {
        /// Written in the transaction that did it, with it or not at all; of a ban, which a gateway makes, right after it.
        case done
        case refused
    }

    /// Bytes of a note that are kept.
    static let noteByteCountMax = 1_000

    package let name: OperatorName
    package let action: Action
    /// Such as `payout 7`.
    package let object: String
    /// By name.
    package let parameters: [String: String]
    package var outcome = Outcome.done
    package var note = ""

    package init(_ name: OperatorName, _ action: Action, _ object: String, parameters: [String: String] = [:]) {
        self.name = name
        self.action = action
        self.object = object
        self.parameters = parameters
    }

    /// The same, having come to nothing.
    func refused(_ reason: String) -> OperatorEntry {
        var entry = self
        entry.outcome = .refused
        entry.note = reason
        return entry
    }

    static func object(payout id: Int64) -> String { "payout \(id)" }
    static func object(address: String) -> String { "address \(address)" }
    static func object(account: String) -> String { "account \(account)" }
}
