import YAMLReader

/// Every setting in force, with who said so.
package struct PoolConfiguration: Sendable {
    /// By the key's name; holds every key of the table.
    let values: [String: ConfiguredValue]
    /// What does not stop the start but is worth a line in the log.
    package let warnings: [String]

    /// The defaults, then what the file says, then what the environment says.
    ///
    /// - Parameters:
    ///   - file: The path of a YAML file as it is to be named in errors, and its bytes.
    ///   - environment: All variables; those that do not begin with `LODE_` are left alone.
    /// - Throws: The first thing that is not allowed, in one sentence.
    package init(
        file: (path: String, bytes: [UInt8])?,
        environment: [String: String]
    ) throws(ConfigurationError) {
        var values = Dictionary(uniqueKeysWithValues: Keys.all.map { ($0.name, $0.standard) })
        if let file {
            for (name, value) in try ConfigurationFile.values(path: file.path, bytes: file.bytes) {
                values[name] = value
            }
        }
        for (name, value) in try ConfigurationEnvironment.values(environment) { values[name] = value }
        self.values = values
        warnings = ConfigurationEnvironment.unknownNames(environment)
        try CrossChecks.check(self)
    }

    package subscript<Value>(key: ConfigurationKey<Value>) -> Value {
        guard let value = values[key.name]?.value as? Value else {
            preconditionFailure("\(key.name) is missing in the table of keys")
        }
        return value
    }

    /// Who set a key.
    package func origin<Value>(of key: ConfigurationKey<Value>) -> ConfigurationOrigin {
        values[key.name]?.origin ?? .standard
    }
}
