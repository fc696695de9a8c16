/// Collects the parameters of `mining.submit`, one after the other, whichever way they were read.
///
/// The first that is wrong says why the share is refused.
struct SubmitFields {
    /// Worker, job, extranonce2, time, nonce.
    static let countMin = 5
    /// With the version's bits; what miners send after that is ignored.
    static let countMax = 6
    /// Digits of an extranonce2: `StratumWriter.extranonce2ByteCount` bytes.
    private static let extranonce2DigitCount = 8

    private var job: WireJobID?
    private var extranonce2: UInt32 = 0
    private var time: UInt32 = 0
    private var nonce: UInt32 = 0
    private var versionBits: UInt32?
    private var error: StratumError?

    mutating func fail(_ reason: StratumError) {
        if error == nil { error = reason }
    }

    /// The string at `place`, without quotes and escapes.
    mutating func take(_ text: Span<UInt8>, at place: Int) {
        switch place {
        case 0: break  // the worker's name is compared where it stands
        case 1: takeJob(text)
        case 2: takeExtranonce2(text)
        case 3: time = number(text)
        case 4: nonce = number(text)
        case _: versionBits = number(text)
        }
    }

    private mutating func takeJob(_ text: Span<UInt8>) {
        job = WireJobID(text)
        if job == nil { fail(.jobUnknown) }
    }

    private mutating func takeExtranonce2(_ text: Span<UInt8>) {
        guard text.count == Self.extranonce2DigitCount else { return fail(.extranonce2Length) }
        extranonce2 = number(text)
    }

    private mutating func number(_ text: Span<UInt8>) -> UInt32 {
        if let value = HexNumber.uint32(text) { return value }
        fail(.malformed)
        return 0
    }

    func call(worker: WorkerText) -> StratumCall {
        guard error == nil, let job else { return .refusedSubmit(error ?? .malformed) }
        return .submit(
            SubmitRequest(
                worker: worker,
                job: job,
                extranonce2: extranonce2,
                time: time,
                nonce: nonce,
                versionBits: versionBits
            )
        )
    }
}
