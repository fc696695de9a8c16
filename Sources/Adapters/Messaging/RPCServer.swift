package import Messages
internal import NNGSockets
package import ServiceRuntime

/// Answers calls at one or several addresses, as many at once as its limits allow.
///
/// Told to stop, it takes no further call, finishes those in hand, and closes.
package final class RPCServer: Service {
    /// How often calls are looked through for those whose caller has stopped waiting.
    private static let watchInterval = Duration.milliseconds(250)
    /// How long the last answers get to leave the socket: nng says when it took one, not when it is on its way.
    private static let lingerTime = Duration.milliseconds(50)
    /// How long a peer gets to take its answer.
    private static let answerTime = Duration.seconds(10)

    package let name: String
    /// Where it listens, with the ports that the system chose.
    package let addresses: [MessagingAddress]

    private let socket: ReplySocket
    private let handler: CallHandler
    private let limits: RPCLimits
    private let surroundings: Surroundings
    private let metrics: CallMetrics
    private let inProcess: InProcessCalls

    /// Listens at once; calls wait until it runs.
    ///
    /// - Throws: `.addressInUse` when another program listens at one of `addresses`.
    package init(
        name: String,
        listening addresses: [MessagingAddress],
        dispatcher: any RPCDispatcher,
        limits: RPCLimits = .standard,
        surroundings: Surroundings
    ) throws(MessagingError) {
        precondition(!addresses.isEmpty)
        let socket = try MessagingError.opening { () throws(NNGError) in try ReplySocket(limits: limits.socket) }
        var listening: [MessagingAddress] = []
        for address in addresses {
            let port = try MessagingError.at(address) { text throws(NNGError) in try socket.listen(text) }
            listening.append(address.with(port: port))
        }
        self.name = name
        self.addresses = listening
        self.socket = socket
        self.limits = limits
        self.surroundings = surroundings
        handler = CallHandler(dispatcher, limits: limits)
        metrics = CallMetrics(surroundings.metrics, side: "server")
        inProcess = InProcessCalls(handler, limits: limits, metrics: metrics)
    }

    package func run() async throws {
        let contexts: [ReplyContext]
        do {
            contexts = try (0..<limits.callCountMax).map { _ in try socket.context() }
        } catch {
            await socket.close()
            throw error
        }
        let inHand = CallsInHand(placeCount: contexts.count)
        for (place, context) in contexts.enumerated() { start(place, context, inHand) }
        let watch = Task { await self.watch(inHand) }
        inProcess.open()
        for case .inproc(let name, let exchange?) in addresses { exchange.open(name, inProcess) }
        surroundings.log.info("listening", ["addresses": addresses.map(\.description).joined(separator: " ")])
        await withTaskCancellationHandler {
            for place in contexts.indices { await inHand.finish(place) }
            await inProcess.finish()
        } onCancel: {
            for case .inproc(let name, let exchange?) in addresses { exchange.close(name, inProcess) }
            inProcess.stop(within: limits.drainTime)
            inHand.stop(within: limits.drainTime)
            for context in contexts { context.stopReceiving() }
        }
        watch.cancel()
        await watch.value
        // In a task of its own, because this one is cancelled, and would not wait.
        await Task { try? await Task.sleep(for: Self.lingerTime) }.value
        await socket.close()
    }

    /// Frees the addresses at once; calls in hand get no answer from here.
    package func close() async {
        for case .inproc(let name, let exchange?) in addresses { exchange.close(name, inProcess) }
        inProcess.abandon()
        await socket.close()
    }

    private func start(_ place: Int, _ context: ReplyContext, _ inHand: CallsInHand) {
        inHand.start(place) { [self] in await serve(place, context, inHand) }
    }

    /// One context's calls, one after the other, until it is told to stop.
    ///
    /// They run in this task itself, because a task for each would cost another turn of the threads. One call that is
    /// cancelled so ends the task, and another goes on in its place.
    private func serve(_ place: Int, _ context: ReplyContext, _ inHand: CallsInHand) async {
        var last = ""
        while !Task.isCancelled, let bytes = try? await context.receive() {
            let start = ContinuousClock.now
            let (method, status, reply) = await answer(bytes, from: start, place, inHand)
            let end = ContinuousClock.now
            metrics.record(method, status, took: end - start)
            // An answer leaves while the next request is awaited: to wait for it would cost two threads a turn.
            await finishSending(on: context, method: last)
            last = method
            do throws(NNGError) {
                try context.beginSending(reply, by: end + Self.answerTime)
            } catch {
                surroundings.log.warning("answer not sent", ["method": method, "error": error])
            }
        }
        await finishSending(on: context, method: last)
        if Task.isCancelled { self.start(place, context, inHand) }
    }

    private func finishSending(on context: ReplyContext, method: String) async {
        do throws(NNGError) {
            try await context.sent()
        } catch {
            surroundings.log.warning("answer not taken", ["method": method, "error": error])
        }
    }

    private func answer(
        _ bytes: [UInt8],
        from start: ContinuousClock.Instant,
        _ place: Int,
        _ inHand: CallsInHand
    ) async -> (method: String, status: RPCStatus, reply: [UInt8]) {
        let request: Request
        do throws(RPCError) {
            request = try handler.request(bytes)
        } catch {
            let requestID = (try? Request(decoding: bytes))?.requestID ?? 0
            let (status, reply) = handler.reply(to: requestID, .failure(error))
            return ("unknown", status, reply)
        }
        inHand.begin(place, deadline: start + .milliseconds(Int64(request.timeoutMs)))
        let outcome: Result<[UInt8], RPCError>
        do throws(RPCError) {
            outcome = .success(try await handler.answer(request))
        } catch {
            outcome = .failure(error)
        }
        inHand.end(place)
        let (status, reply) = handler.reply(to: request.requestID, outcome)
        return (request.method, status, reply)
    }

    /// By real time, as nng's own limits are, and not by the pool's clock.
    private func watch(_ inHand: CallsInHand) async {
        while !Task.isCancelled {
            let count = inHand.cancelOverdue() + inProcess.cancelOverdue()
            if count > 0 { surroundings.log.warning("calls cancelled past their time", ["count": count]) }
            try? await Task.sleep(for: Self.watchInterval)
        }
    }
}
