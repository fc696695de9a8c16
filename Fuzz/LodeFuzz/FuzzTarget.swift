/// One reader of bytes that strangers send.
///
/// It finds a fault by trapping: every precondition and every overflow in the code it calls ends the run.
struct FuzzTarget: Sendable {
    /// As `script/fuzz` calls it; its seeds are in `Fuzz/Corpus/<name>`.
    let name: String
    let run: @Sendable ([UInt8]) -> Void

    static let all: [FuzzTarget] = [.json, .httpBodies, .nodeAnswers, .envelopes, .shares, .stratumLines]

    static func named(_ name: String) -> FuzzTarget? {
        all.first { $0.name == name }
    }
}
