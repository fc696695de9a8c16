import BlockFormat

/// What no single key can tell: settings that contradict each other.
enum CrossChecks {
    static func check(_ configuration: PoolConfiguration) throws(ConfigurationError) {
        try checkNodes(configuration)
        try checkAddresses(configuration)
        try checkBins(configuration)
        try checkConfirmations(configuration)
        try checkReplicas(configuration)
        try checkStratum(configuration)
        try checkDoors(configuration)
        try checkFees(configuration)
    }

    private static func checkFees(_ configuration: PoolConfiguration) throws(ConfigurationError) {
        guard configuration[Keys.Payouts.feeRateMin] <= configuration[Keys.Payouts.feeRateMax] else {
            throw configuration.error(at: Keys.Payouts.feeRateMin, "is more than \(Keys.Payouts.feeRateMax.name)")
        }
    }

    private static func checkNodes(_ configuration: PoolConfiguration) throws(ConfigurationError) {
        for node in configuration[Keys.nodes] {
            if let problem = node.problem {
                throw configuration.error(at: Keys.nodes, "has the address \(node.url.prefix(100)), which \(problem)")
            }
        }
        for node in configuration[Keys.nodes] where node.user.isEmpty != node.password.isEmpty {
            let (given, missing) = node.password.isEmpty ? ("user", "password") : ("password", "user")
            throw configuration.error(
                at: Keys.nodes,
                "has a \(given) and no \(missing) for \(node.url): give both, or cookie_file in their place"
            )
        }
    }

    private static func checkAddresses(_ configuration: PoolConfiguration) throws(ConfigurationError) {
        let network = configuration[Keys.network]
        for key in [Keys.Pool.rewardAddress, Keys.Pool.feeAddress] where !configuration[key].isEmpty {
            do {
                _ = try Address(parsing: configuration[key], on: network)
            } catch {
                throw configuration.error(at: key, "is no address on \(network): \(error)")
            }
        }
    }

    private static func checkBins(_ configuration: PoolConfiguration) throws(ConfigurationError) {
        let sizes = [Keys.Bins.minimum, Keys.Bins.first, Keys.Bins.maximum]
        for (smaller, larger) in zip(sizes, sizes.dropFirst()) where configuration[smaller] > configuration[larger] {
            throw configuration.error(at: smaller, "is larger than \(larger.name)")
        }
    }

    private static func checkStratum(_ configuration: PoolConfiguration) throws(ConfigurationError) {
        let bounds = [Keys.Stratum.minimumDifficulty, Keys.Stratum.startDifficulty, Keys.Stratum.maximumDifficulty]
        for (smaller, larger) in zip(bounds, bounds.dropFirst()) where configuration[smaller] > configuration[larger] {
            throw configuration.error(
                at: smaller,
                "(\(configuration[smaller])) is above \(larger.name) (\(configuration[larger]))"
            )
        }
        let (certificate, key) = (Keys.Stratum.certificate, Keys.Stratum.certificateKey)
        guard configuration[certificate].isEmpty == configuration[key].isEmpty else {
            let missing = configuration[key].isEmpty ? key : certificate
            throw configuration.error(at: missing, "is empty: a certificate and its key belong together")
        }
    }

    /// The doors of a gateway: each needs a port of its own.
    private static func checkDoors(_ configuration: PoolConfiguration) throws(ConfigurationError) {
        let http = configuration[Keys.Gateway.listen]
        let (plain, encrypted) = (configuration[Keys.Stratum.listen], configuration[Keys.Stratum.listenTLS])
        if let plain, plain.port != 0, plain == http {
            throw configuration.error(at: Keys.Stratum.listen, "is \(plain), and so is \(Keys.Gateway.listen.name)")
        }
        guard let encrypted, encrypted.port != 0 else { return }
        for (other, name) in [(http, Keys.Gateway.listen.name), (plain ?? http, Keys.Stratum.listen.name)]
        where encrypted == other {
            throw configuration.error(at: Keys.Stratum.listenTLS, "is \(encrypted), and so is \(name)")
        }
    }

    /// Calls about a job or a bin must reach the replica that made it, and a list of addresses is gone through in turn.
    private static func checkReplicas(_ configuration: PoolConfiguration) throws(ConfigurationError) {
        for key in Keys.Connect.keys {
            guard let address = configuration[key].first(where: ServiceAddress.isAnyPort) else { continue }
            throw configuration.error(at: key, "has \(address): port 0 means any free one, which nobody can call")
        }
        guard configuration[Keys.Connect.jobs].count > 1 else { return }
        throw configuration.error(at: Keys.Connect.jobs, "takes one address: a pool has one job service at a time")
    }

    private static func checkConfirmations(_ configuration: PoolConfiguration) throws(ConfigurationError) {
        guard configuration[Keys.Chain.immature] <= configuration[Keys.Chain.mature] else {
            throw configuration.error(at: Keys.Chain.immature, "is larger than \(Keys.Chain.mature.name)")
        }
        let maturity = Int(configuration[Keys.network].coinbaseMaturity)
        guard configuration[Keys.Chain.mature] >= maturity else {
            throw configuration.error(at: Keys.Chain.mature, "is below the chain's own maturity of \(maturity)")
        }
    }
}

extension PoolConfiguration {
    /// An error about the value of `key`, at the place that set it.
    package func error<Value>(at key: ConfigurationKey<Value>, _ problem: String) -> ConfigurationError {
        switch origin(of: key) {
        case .standard: ConfigurationError("default", "\(key.name) \(problem)")
        case .file(let path, let line): ConfigurationError("\(path):\(line)", "\(key.name) \(problem)")
        case .environment(let name): ConfigurationError(name, "\(key.name) \(problem)")
        }
    }
}
