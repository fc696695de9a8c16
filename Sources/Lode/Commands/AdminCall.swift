import Configuration
import HTTPClient
import JSON
import ServiceRuntime
import System
import Usage

/// One request to the admin address of a running lode.
struct AdminCall {
    static let admin = OptionUsage(
        "--admin",
        "HOST:PORT",
        meaning: "The service's admin address; else admin.listen of the settings"
    )

    /// Who is asked, for what people read.
    let service: String
    /// Sooner or later a service that does not answer is none.
    var timeout: Duration = .seconds(10)
    /// A payout with all that belongs to it is smaller.
    private static let answerByteCountMax = 16 << 20

    /// Asks the service; with `changes` it says who wants it, as whatever changes something must.
    ///
    /// - Returns: The answer, when it is 200.
    /// - Throws: `ConfigurationError` with the service's own words for anything else.
    func ask(
        _ method: String,
        _ path: String,
        _ arguments: ParsedArguments,
        changes: Bool = false,
        body: [UInt8] = []
    ) async throws -> JSON {
        let place = try place(arguments)
        let response: HTTPResponse
        do {
            let request = HTTPRequest(
                method: method,
                url: "http://\(place)\(path)",
                headers: changes ? [("Lode-Operator", Self.operatorName)] : [],
                body: body,
                timeout: timeout,
                responseByteCountMax: Self.answerByteCountMax
            )
            response = try await HTTPConnection().send(request)
        } catch {
            throw ConfigurationError(place, "no \(service) answers there: \(error)")
        }
        let answer = try? JSON(parsing: response.body)
        guard response.status == 200, let answer else {
            throw ConfigurationError(place, answer?["error"]?.string ?? "answers with HTTP status \(response.status)")
        }
        return answer
    }

    /// Who types: the user's name and the machine's.
    private static var operatorName: String {
        let user = ProcessEnvironment.variables["USER"] ?? UserAccount.current?.name ?? "somebody"
        return "\(user)@\(ProcessEnvironment.hostName)"
    }

    /// Where a service of these settings serves its admin pages: `lode all`'s address unless another is given.
    private func place(_ arguments: ParsedArguments) throws -> String {
        if let given = arguments.value("--admin") { return given }
        let configuration = try ConfigurationSource(file: arguments.value("--config")).read()
        return "\(configuration[Keys.Admin.listen] ?? ListenAddress(host: "127.0.0.1", port: Assignment.all.adminPort))"
    }
}
