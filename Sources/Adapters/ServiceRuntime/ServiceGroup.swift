/// Runs services side by side: when one ends, all end.
package struct ServiceGroup: Sendable {
    private let services: [any Service]

    /// - Parameter services: In the order to start them; they are stopped in reverse, one after the other, so that
    ///   a service outlives those that need it.
    package init(_ services: [any Service]) {
        precondition(!services.isEmpty)
        self.services = services
    }

    /// Returns once `stop` has returned, or this task was cancelled, and every service has ended.
    ///
    /// - Throws: `ServiceFailure` for the first service that ended on its own.
    package func run(until stop: @escaping @Sendable () async -> Void) async throws(ServiceFailure) {
        let (endings, ended) = AsyncStream.makeStream(of: ServiceFailure?.self)
        // Tasks of their own, and not children of one group, because each is cancelled at its own time.
        let running = services.map { service in
            Task {
                let failure = await Self.failure(of: service)
                ended.yield(failure)
            }
        }
        let stopping = Task {
            await stop()
            ended.yield(nil)
        }
        let first = await withTaskCancellationHandler {
            var iterator = endings.makeAsyncIterator()
            return await iterator.next() ?? nil
        } onCancel: {
            ended.yield(nil)
        }
        stopping.cancel()
        for task in running.reversed() {
            task.cancel()
            await task.value
        }
        await stopping.value
        if let first { throw first }
    }

    /// `nil` when the service ended because it was told to.
    private static func failure(of service: any Service) async -> ServiceFailure? {
        do {
            try await service.run()
            return Task.isCancelled ? nil : .returned(service: service.name)
        } catch {
            return Task.isCancelled ? nil : .threw(service: service.name, error)
        }
    }
}

/// A service ended although nobody had told it to.
package enum ServiceFailure: Error, CustomStringConvertible {
    case returned(service: String)
    case threw(service: String, any Error)

    package var description: String {
        switch self {
        case .returned(let service): "\(service) ended by itself"
        case .threw(let service, let error): "\(service): \(error)"
        }
    }
}
