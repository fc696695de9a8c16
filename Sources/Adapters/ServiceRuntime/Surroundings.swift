/// What every service needs of the process it runs in.
package struct Surroundings: Sendable {
    package let log: Log
    package let metrics: Metrics
    package let health: Health
    package let clock: any WallClock

    package init(log: Log, metrics: Metrics, health: Health, clock: any WallClock) {
        self.log = log
        self.metrics = metrics
        self.health = health
        self.clock = clock
    }

    /// The same, logging under another service's name.
    package func named(_ service: String) -> Surroundings {
        Surroundings(log: log.named(service), metrics: metrics, health: health, clock: clock)
    }
}
