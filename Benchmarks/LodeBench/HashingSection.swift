import Hashing
import JSON

/// Proof hashes by each implementation that this machine can run, against OpenSSL in the same run.
struct HashingSection: BenchSection {
    let name = "hashing"
    let about = "proof hashes per second of one core, and how many times OpenSSL's"

    /// Enough for whole batches of every implementation.
    private static let headerCount = 64
    private static let headers = (0..<UInt8(headerCount)).map { [UInt8](repeating: $0, count: 80) }
    /// Nothing meets it, so that a search is all searching.
    private static let hopelessTarget = [UInt8](repeating: 0, count: 32)

    func run() async throws -> JSON {
        ["scrypt": try scrypt(), "sha256d_header": try sha256d(), "sha256d_search": try search()]
    }

    /// As the pool judges shares: one header alone, and many at once.
    private func scrypt() throws -> JSON {
        let reference = Rate(of: 1) { OpenSSL.scrypt(Self.headers[1]) }
        var results = JSONObject()
        results["openssl"] = reference.json
        results["one_header"] = Rate(of: 1) { _ = ProofAlgorithm.scrypt.hash(header: Self.headers[1]) }
            .json(against: reference)
        for implementation in HashingImplementation.supported(for: .scrypt) {
            let rate = Rate(of: Self.headerCount) {
                _ = ProofAlgorithm.scrypt.hashes(headers: Self.headers, using: implementation)
            }
            results[implementation.rawValue] = rate.json(against: reference)
        }
        return .object(results)
    }

    private func sha256d() throws -> JSON {
        let digest = try OpenSSL.Digest()
        let reference = Rate(of: Self.headerCount) {
            for header in Self.headers { digest.sha256d(header) }
        }
        var results = JSONObject()
        results["openssl"] = reference.json
        for implementation in [HashingImplementation.portable, .shaExtensions] where implementation.isSupported {
            let rate = Rate(of: Self.headerCount) {
                _ = ProofAlgorithm.sha256d.hashes(headers: Self.headers, using: implementation)
            }
            results[implementation.rawValue] = rate.json(against: reference)
        }
        return .object(results)
    }

    /// As a miner searches: header after header that differ in the nonce alone.
    private func search() throws -> JSON {
        let digest = try OpenSSL.Digest()
        let reference = Rate(of: Self.headerCount) {
            for header in Self.headers { digest.sha256d(header) }
        }
        var results = JSONObject()
        results["openssl"] = reference.json
        for implementation in HashingImplementation.supported(for: .sha256d) {
            let search = NonceSearch(
                .sha256d,
                header: Self.headers[1],
                target: Self.hopelessTarget,
                using: implementation
            )
            let rate = Rate(of: 65_536) { _ = search.slice(from: 0, count: 65_536) }
            results[implementation.rawValue] = rate.json(against: reference)
        }
        return .object(results)
    }
}
