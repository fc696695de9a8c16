/// One option of a command.
package struct OptionUsage: Sendable {
    /// With its dashes: `--url`.
    package let name: String
    /// What its value is called in the help: `URL`; `nil` for an option that is only there or not.
    package let valueName: String?
    /// What holds without it, for the help; `nil`: nothing.
    package let standard: String?
    /// One line, without a full stop.
    package let meaning: String

    package init(_ name: String, _ valueName: String? = nil, standard: String? = nil, meaning: String) {
        self.name = name
        self.valueName = valueName
        self.standard = standard
        self.meaning = meaning
    }

    var synopsis: String { valueName.map { "\(name) \($0)" } ?? name }
}
