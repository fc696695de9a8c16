import BlockFormat
import JSON
import MiningDomain

@testable import StratumProtocol

extension FuzzTarget {
    /// What a miner sends on a stratum connection, line by line, and what the pool makes of it.
    static let stratumLines = FuzzTarget(name: "stratum-lines") { bytes in
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) { read(Array(line)) }
    }

    private static func read(_ line: [UInt8]) {
        let tree = StratumRequest.readingTree(of: line.span)
        if let scanned = SubmitScanner.request(in: line.span) {
            precondition(resolved(scanned, in: line) == tree, "the two ways of reading a submit differ")
        }
        var answer: [UInt8] = []
        StratumWriter.appendTrue(tree.id, to: &answer)
        StratumWriter.append(.malformed, tree.id, to: &answer)
        if case .configure(let request) = tree.call {
            let rolling = VersionRolling(granting: request)
            StratumWriter.appendConfigured(tree.id, request, rolling: rolling, to: &answer)
        }
        for text in answer.split(separator: UInt8(ascii: "\n")) {
            let isJSON = (try? JSON(parsing: Array(text))) != nil
            precondition(isJSON, "an answer is no JSON")
        }
        decide(tree.call)
    }

    private static func decide(_ call: StratumCall) {
        guard let least = Difficulty(scaled: 1), let most = Difficulty(scaled: .max) else { return }
        switch call {
        case .authorize(let request):
            _ = try? WorkerCredentials(request.name, on: .litecoinRegtest)
            _ = PasswordOptions(request.password, within: least...most)
        case .suggestTarget(let target):
            _ = Difficulty(of: target, differenceOne: Network.litecoin.differenceOne)
            _ = Difficulty(of: target, differenceOne: Network.bitcoin.differenceOne)
        case .suggestDifficulty(let difficulty):
            var line: [UInt8] = []
            StratumWriter.append(difficulty, to: &line)
            let params = (try? JSON(parsing: line))?["params"]?.array
            let again = (params?.first?.number).flatMap { Difficulty(decimal: $0.description) }
            precondition(again == difficulty, "a difficulty does not survive its own text")
        case .submit, .refusedSubmit, .subscribe, .configure, .extranonceSubscribe, .ping, .getTransactions,
            .multiVersion,
            .answer, .unknownMethod, .refused:
            break
        }
    }

    /// The same with the worker's bytes in place of where they stand.
    private static func resolved(_ request: StratumRequest, in line: [UInt8]) -> StratumRequest {
        guard case .submit(let submit) = request.call, case .place(let place) = submit.worker else { return request }
        let named = SubmitRequest(
            worker: .bytes(Array(line[place])),
            job: submit.job,
            extranonce2: submit.extranonce2,
            time: submit.time,
            nonce: submit.nonce,
            versionBits: submit.versionBits
        )
        return StratumRequest(id: request.id, call: .submit(named))
    }
}
