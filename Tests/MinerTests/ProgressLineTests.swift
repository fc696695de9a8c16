import MiningDomain
import Testing

@testable import Miner

@Suite struct ProgressLineTests {
    @Test(
        arguments: [
            (0, "0 H/s"), (999, "999 H/s"), (1_000, "1.00 kH/s"), (56_789, "56.78 kH/s"), (1_230_000, "1.23 MH/s"),
            (53_400_000_000, "53.40 GH/s"), (.max, "18446744.07 TH/s"),
        ] as [(UInt64, String)]
    )
    func speedsCarryTheirUnit(hashrate: UInt64, text: String) {
        #expect(ProgressLine.speed(hashrate) == text)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] as [(UInt64, String)])
    func largeNumbersAreGrouped(number: UInt64, text: String) {
        #expect(ProgressLine.grouped(number) == text)
    }

    @Test func coinsAreExact() {
        #expect(ProgressLine.coins(Amount(units: 1)) == "0.00000001")
        #expect(ProgressLine.coins(Amount(units: 5_000_000_000)) == "50.00000000")
        #expect(ProgressLine.coins(Amount(units: .max)) == "184467440737.09551615")
    }

    @Test func oneLineSaysHowItGoes() {
        var tally = Tally()
        tally.count(.accepted(solvedBlock: true), inRepeatedReport: false)
        tally.count(.rejected(reason: "stale"), inRepeatedReport: false)
        let balance = Balance(
            immature: Amount(units: 5_000_000_000),
            confirmed: Amount(units: 1),
            paid: .zero
        )
        func progress(trouble: String?, binSize: UInt64 = 291_000) -> MinerProgress {
            MinerProgress(
                hashrate: 56_789,
                hashCount: 600_000,
                binSize: binSize,
                binSearchedCount: 130_950,
                binsTaken: 4,
                binsDropped: 1,
                height: 432,
                tally: tally,
                balance: balance,
                trouble: trouble,
                elapsed: .seconds(12)
            )
        }
        #expect(
            ProgressLine.text(progress(trouble: nil))
                == "56.78 kH/s · bin 291,000 45 % · accepted 1 · stale 1 · rejected 0 · blocks 1 · "
                + "balance 0.00000001 · immature 50.00000000 · paid 0.00000000"
        )
        let away = ProgressLine.text(progress(trouble: "unreachable"))
        #expect(away.hasPrefix("56.78 kH/s · bin 291,000 45 %"))
        #expect(away.hasSuffix(" · no answer from the pool: unreachable"))
        let idle = ProgressLine.text(progress(trouble: "unreachable", binSize: 0))
        #expect(idle == "waiting for the pool: unreachable")
        #expect(
            ProgressLine.summary(progress(trouble: nil))
                == "searched 600,000 hashes in 12 s · 50.00 kH/s · bins 4 · accepted 1 · stale 1 · rejected 0 · blocks 1 · "
                + "balance 0.00000001 · immature 50.00000000 · paid 0.00000000"
        )
    }

    @Test func whatIsOwedToThePoolIsSaidWhenThereIsSome() {
        func text(debt: UInt64) -> String {
            let balance = Balance(immature: .zero, confirmed: .zero, paid: .zero, debt: Amount(units: debt))
            return ProgressLine.summary(
                MinerProgress(
                    hashrate: 0,
                    hashCount: 0,
                    binSize: 0,
                    binSearchedCount: 0,
                    binsTaken: 0,
                    binsDropped: 0,
                    height: nil,
                    tally: Tally(),
                    balance: balance,
                    trouble: nil,
                    elapsed: .zero
                )
            )
        }
        #expect(text(debt: 3).hasSuffix(" · paid 0.00000000 · owed to the pool 0.00000003"))
        #expect(text(debt: 0).hasSuffix(" · paid 0.00000000"))
    }
}
