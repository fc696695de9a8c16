import JSON

/// What `POST /reduce_diff_hash` answers.
struct ReportAnswer: Sendable {
    struct Result: Hashable, Sendable {
        enum Verdict: Hashable, Sendable {
            case accepted(solvedBlock: Bool)
            case rejected(reason: String)
        }

        let extranonce2: UInt64
        let nonce: UInt32
        let verdict: Verdict
    }

    let results: [Result]
    let nextBin: PoolBin?
    let currentJobID: String?

    init(results: [Result], nextBin: PoolBin?, currentJobID: String?) {
        self.results = results
        self.nextBin = nextBin
        self.currentJobID = currentJobID
    }

    init(_ page: PageReader) throws(PageError) {
        var results: [Result] = []
        for item in try page.objects("results") { results.append(try Self.result(item)) }
        self.results = results
        let hasNextBin = page.json["next_bin"]?.object != nil
        nextBin = hasNextBin ? try PoolBin(try page.object("next_bin")) : nil
        currentJobID = page.json["current_job_id"]?.string
    }

    private static func result(_ item: PageReader) throws(PageError) -> Result {
        let verdict: Result.Verdict
        switch try item.text("status") {
        case "accepted": verdict = .accepted(solvedBlock: item.json["block"]?.bool ?? false)
        case "rejected": verdict = .rejected(reason: item.json["reason"]?.string ?? "no reason given")
        case _: throw .field("status")
        }
        return Result(
            extranonce2: UInt64(try item.number32("extranonce2")),
            nonce: try item.number32("nonce"),
            verdict: verdict
        )
    }
}
