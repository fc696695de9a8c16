import Foundation
import HTTPClient
package import JSON
import Synchronization

/// One real node process with an RPC of its own, on free loopback ports, in a scratch folder.
package final class RegtestDaemon: Sendable {
    /// A user whom the node knows beside its cookie, whose password is `password`.
    package static let user = "lode"
    package static let password = "lode-test"
    /// HMAC-SHA256 of the password under the salt before the `$`, as `-rpcauth` wants it.
    private static let authentication =
        "lode:6c6f6465746573740000000000000001$ca9570082523eadd62bff4f734f18a2911e82060d6394f80abfa6fafb1fdb7d9"

    package let chain: RegtestChain
    package let rpcPort: UInt16
    package let peerPort: UInt16
    /// Named so that the node does not take its default one, where another node may stand.
    private let onionPort: UInt16
    private let folder: ScratchFolder
    private let extraArguments: [String]
    private let process = Mutex<TestProcess?>(nil)
    private let connection = Mutex(HTTPConnection())

    private init(chain: RegtestChain, extraArguments: [String]) throws {
        self.chain = chain
        self.extraArguments = extraArguments
        rpcPort = try LoopbackPort.free()
        peerPort = try LoopbackPort.free()
        onionPort = try LoopbackPort.free()
        folder = try ScratchFolder("node")
    }

    deinit {
        process.withLock { $0 = nil }  // before its folder goes
    }

    /// A node that answers; it has no peers and only the genesis block.
    package static func start(_ chain: RegtestChain, extraArguments: [String] = []) async throws -> RegtestDaemon {
        guard chain.isInstalled else { throw RegtestError.notInstalled(chain.executable) }
        var lastError: any Error = RegtestError.notInstalled(chain.executable)
        for _ in 0..<3 {  // someone may take a port between its choice and its use
            do {
                let daemon = try RegtestDaemon(chain: chain, extraArguments: extraArguments)
                try await daemon.start()
                return daemon
            } catch { lastError = error }
        }
        throw lastError
    }

    package var url: String { "http://127.0.0.1:\(rpcPort)/" }
    package var cookiePath: String { "\(folder.path)/regtest/.cookie" }
    package var isRunning: Bool { process.withLock { $0?.isRunning ?? false } }

    /// Starts it, again after `stop()` or `kill()` with the same ports and data, and returns once it answers.
    package func start() async throws {
        let child = try await TestProcess(chain.executable, arguments, outputPath: "\(folder.path)/output.log")
        process.withLock { $0 = child }
        try await Patience.wait(for: "the node's RPC") {
            guard child.isRunning else { throw RegtestError.didNotStart(log: log) }
            return (try? await rpc("getblockcount")) != nil
        }
    }

    /// Ends it as an operator does; its data stay.
    ///
    /// It waits for callers to hang up, for which nobody here has the patience.
    package func stop() async {
        connection.withLock { $0 = HTTPConnection() }
        await process.withLock { $0 }?.stop(patience: .seconds(3))
    }

    /// Ends it as a power cut does; its data stay.
    package func kill() async {
        let child = process.withLock { $0 }
        child?.kill()
        await child?.waitForExit()
    }

    /// Connections are taken and never answered, until `thaw()`.
    package func freeze() { process.withLock { $0 }?.freeze() }

    package func thaw() { process.withLock { $0 }?.thaw() }

    /// Calls any method, of one wallet where several are loaded; a refusal is thrown as `RegtestError.refused`.
    @discardableResult
    package func rpc(_ method: String, _ parameters: [JSON] = [], wallet: String? = nil) async throws -> JSON {
        let body: JSON = ["jsonrpc": "1.0", "id": "test", "method": .string(method), "params": .array(parameters)]
        // The cookie is unique to this very process: a stranger on the same port would not know it.
        let cookie = try String(contentsOfFile: cookiePath, encoding: .utf8)
        let parts = cookie.split(separator: ":", maxSplits: 1).map(String.init)
        let response = try await connection.withLock(\.self).send(
            HTTPRequest(
                method: "POST",
                url: url + (wallet.map { "wallet/\($0)" } ?? ""),
                headers: [("Content-Type", "application/json")],
                body: body.encoded(),
                timeout: .seconds(120),
                responseByteCountMax: 64 << 20,
                credentials: HTTPCredentials(user: parts[0], password: parts[1])
            )
        )
        let answer = try JSON(parsing: response.body)
        if let error = answer["error"], !error.isNull {
            throw RegtestError.refused(code: error["code"]?.int64 ?? 0, message: error["message"]?.string ?? "")
        }
        guard let result = answer["result"] else { throw RegtestError.unexpected(answer) }
        return result
    }

    private var arguments: [String] {
        [
            "-datadir=\(folder.path)", "-regtest", "-server=1", "-listen=1", "-dnsseed=0", "-discover=0",
            "-listenonion=0", "-upnp=0", "-fallbackfee=0.0001", "-txindex=1", "-rpcthreads=8", "-rpcworkqueue=64",
            "-port=\(peerPort)", "-bind=127.0.0.1:\(peerPort)", "-bind=127.0.0.1:\(onionPort)=onion",
            "-rpcport=\(rpcPort)", "-rpcbind=127.0.0.1",
            "-rpcallowip=127.0.0.1", "-rpcauth=\(Self.authentication)", "-dbcache=4", "-maxmempool=5", "-par=1",
        ] + extraArguments
    }

    private var log: String {
        let text = (try? String(contentsOfFile: "\(folder.path)/output.log", encoding: .utf8)) ?? ""
        return String(text.suffix(2_000))
    }
}
