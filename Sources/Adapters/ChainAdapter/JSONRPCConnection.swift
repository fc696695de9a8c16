import Cryptography
import HTTPClient
import JSON
import Synchronization
import System

/// One line to a node's JSON-RPC: calls on it go one after the other.
final class JSONRPCConnection: Sendable {
    /// Of every answer but a template.
    static let responseByteCountMax = 16 << 20
    private static let cookieByteCountMax = 4_096

    private let endpoint: NodeEndpoint
    private let path: String
    private let connection = HTTPConnection()
    private let state = Mutex(State())

    private struct State {
        var nextID: UInt64 = 0
        var credentials: HTTPCredentials?
    }

    /// To a path behind the endpoint's address, such as `wallet/pool`.
    init(_ endpoint: NodeEndpoint, path: String = "") {
        self.endpoint = endpoint
        self.path = path
    }

    func call(
        _ method: String,
        _ parameters: [JSON] = [],
        timeout: Duration,
        responseByteCountMax: Int = responseByteCountMax
    ) async throws(NodeError) -> JSON {
        let id = nextIDs(1).lowerBound
        let call = Self.call(method, parameters, id: id)
        let answer = try await exchange(call, method, timeout, responseByteCountMax)
        return try JSONRPCAnswer.result(answer, id: id)
    }

    /// The same method with each of several parameter lists, in one exchange.
    func callAll(
        _ method: String,
        _ parameters: [[JSON]],
        timeout: Duration
    ) async throws(NodeError) -> [Result<JSON, NodeError>] {
        guard !parameters.isEmpty else { return [] }
        let ids = nextIDs(UInt64(parameters.count))
        let calls = zip(ids, parameters).map { Self.call(method, $1, id: $0) }
        let answers = try await exchange(.array(calls), method, timeout, Self.responseByteCountMax)
        return try JSONRPCAnswer.results(answers, ids: ids)
    }

    private func nextIDs(_ count: UInt64) -> Range<UInt64> {
        state.withLock { state in
            defer { state.nextID += count }
            return state.nextID..<state.nextID + count
        }
    }

    private static func call(_ method: String, _ parameters: [JSON], id: UInt64) -> JSON {
        ["jsonrpc": "1.0", "id": JSON(id), "method": .string(method), "params": .array(parameters)]
    }

    private func exchange(
        _ call: JSON,
        _ method: String,
        _ timeout: Duration,
        _ responseByteCountMax: Int
    ) async throws(NodeError) -> JSON {
        do {
            return try await attempt(call, method, timeout, responseByteCountMax, try credentials())
        } catch {
            guard case .wrongCredentials = error, case .cookie = endpoint.authentication else { throw error }
            // A restarted node has written a new cookie.
            state.withLock { $0.credentials = nil }
            return try await attempt(call, method, timeout, responseByteCountMax, try credentials())
        }
    }

    private func attempt(
        _ call: JSON,
        _ method: String,
        _ timeout: Duration,
        _ responseByteCountMax: Int,
        _ credentials: HTTPCredentials
    ) async throws(NodeError) -> JSON {
        let request = HTTPRequest(
            method: "POST",
            url: endpoint.url + path,
            headers: [("Content-Type", "application/json")],
            body: call.encoded(),
            timeout: timeout,
            responseByteCountMax: responseByteCountMax,
            credentials: credentials
        )
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try await connection.send(request)
        } catch {
            throw NodeError(error, method: method)
        }
        return try JSONRPCAnswer.body(
            status: response.status,
            bytes: response.body,
            credentials: credentialsSource
        )
    }
}

// MARK: - Credentials

extension JSONRPCConnection {
    private var credentialsSource: String {
        switch endpoint.authentication {
        case .password(let user, _): "the configured user \(user.debugDescription) and its password"
        case .cookie(let path): "that \(path) is this node's cookie"
        }
    }

    private func credentials() throws(NodeError) -> HTTPCredentials {
        if let known = state.withLock(\.credentials) { return known }
        let credentials = try readCredentials()
        state.withLock { $0.credentials = credentials }
        return credentials
    }

    private func readCredentials() throws(NodeError) -> HTTPCredentials {
        switch endpoint.authentication {
        case .password(let user, let password): return HTTPCredentials(user: user, password: password.exposed)
        case .cookie(let path):
            let bytes: [UInt8]
            do throws(SystemError) {
                bytes = try DurableFile.read(path, byteCountMax: Self.cookieByteCountMax)
            } catch {
                throw .wrongCredentials("the node's cookie: \(error)")
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let colon = text.firstIndex(of: ":") else {
                throw .wrongCredentials("\(path), which is no cookie")
            }
            let password = text[colon...].dropFirst().prefix { !$0.isNewline }
            return HTTPCredentials(user: String(text[..<colon]), password: String(password))
        }
    }
}
