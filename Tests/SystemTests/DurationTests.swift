import System
import Testing

@Suite struct DurationTests {
    @Test(
        arguments: [
            (.zero, 0), (.milliseconds(1), 1), (.microseconds(1_999), 1), (.seconds(2) + .nanoseconds(999_999), 2_000),
            (.milliseconds(-1), 0), (.seconds(-5), 0), (.seconds(Int64.max), .max),
            (.seconds(18_446_744_073_709_551), 18_446_744_073_709_551_000),
            (.seconds(18_446_744_073_709_551) + .milliseconds(616), .max),
        ] as [(Duration, UInt64)]
    )
    func millisecondsAreWholeAndNeverNegative(duration: Duration, milliseconds: UInt64) {
        #expect(duration.wholeMilliseconds == milliseconds)
    }
}
