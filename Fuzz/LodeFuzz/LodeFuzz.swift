import CFuzzer
import Glibc

/// Runs libFuzzer on one target: `LodeFuzz <target> [libFuzzer's options]`; without a target, lists them.
@main enum LodeFuzz {
    static func main() {
        guard let target = FuzzTarget.named(targetName) else {
            print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
            exit(CommandLine.arguments.count > 1 ? EXIT_FAILURE : EXIT_SUCCESS)
        }
        precondition(target.name == targetName)
        var texts = unsafe ([CommandLine.arguments[0]] + CommandLine.arguments.dropFirst(2)).map { unsafe strdup($0) }
        unsafe texts.append(nil)
        var count = unsafe Int32(texts.count - 1)
        let status = unsafe texts.withUnsafeMutableBufferPointer { texts in
            var start = texts.baseAddress
            return unsafe LLVMFuzzerRunDriver(&count, &start, runOne)
        }
        exit(status)
    }

    private static let targetName = CommandLine.arguments.dropFirst().first ?? ""
    private static let target = FuzzTarget.named(targetName)

    private static let runOne: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { bytes, count in
        target?.run(unsafe Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
    }
}
