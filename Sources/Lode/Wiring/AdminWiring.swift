import Configuration
import ServiceRuntime

/// Health and figures of this process.
enum AdminWiring {
    static func open(_ premises: Premises, pages: [any AdminPages]) throws -> AdminServer {
        let standard = ListenAddress(host: "127.0.0.1", port: premises.assignment.adminPort)
        let address = premises.configuration[Keys.Admin.listen] ?? standard
        return try AdminServer(
            listening: address.host,
            port: address.port,
            names: [address.host] + premises.configuration[Keys.Admin.names],
            pages: pages,
            surroundings: premises.surroundings
        )
    }
}
