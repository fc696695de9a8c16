import ChainAdapter
import Hashing
import Ledger

@testable import PayoutService

/// Whoever has the keys of a wallet that only watches: signs what was exported, elsewhere, late, again, or otherwise.
final class KeyHolder {
    private struct Signed {
        let payout: Int64
        let unsigned: PSBT
        let psbt: PSBT
        let manner: SimulatedPurse.Manner
        /// What can be sent, if it is whole.
        let transaction: SimulatedTransaction?
    }

    private let world: World
    private let purse: SimulatedPurse
    private var exported: [(payout: Int64, psbt: PSBT)] = []
    private var signed: [Signed] = []
    /// Payouts that were cancelled on proof, which a deep reorganisation can undo: those are not sent any more.
    private var givenUp: Set<Int64> = []

    init(_ world: World, _ purse: SimulatedPurse) {
        self.world = world
        self.purse = purse
    }

    func act(_ books: Books, _ operations: PayoutOperations) async {
        switch world.chance.number(0...9) {
        case 0..<3:
            let payouts = books.payouts.filter { $0.handover != nil }
            if let payout = world.chance.pick(payouts) { await export(payout.id, operations) }
        case 3..<6:
            guard let (payout, psbt) = world.chance.pick(exported) else { return }
            let isHonest = !world.chance.happens(oneIn: 5)
            sign(psbt, of: payout, isHonest ? .whole : world.chance.pick(SimulatedPurse.Manner.allCases) ?? .whole)
        case 6..<9:
            guard let one = world.chance.pick(signed) else { return }
            // Now and then it is taken for another payout's.
            let other = world.chance.happens(oneIn: 8) ? world.chance.pick(signed)?.payout : nil
            await handBack(one, for: other ?? one.payout, operations)
        case _: send()
        }
    }

    /// With nothing going wrong any more: what waits is signed, and everything that ever was is handed back.
    func finish(_ books: Books, _ operations: PayoutOperations) async {
        for payout in books.payouts where payout.state == .reserved && payout.handover != nil {
            await export(payout.id, operations)
            for own in exported where own.payout == payout.id {
                let isSigned = signed.contains { $0.unsigned == own.psbt && $0.manner == .whole }
                if !isSigned { sign(own.psbt, of: payout.id, .whole) }
            }
            for one in signed where one.payout == payout.id { await handBack(one, for: payout.id, operations) }
        }
    }

    /// The payout was given up although it may have been signed.
    func giveUp(_ payout: Int64) { givenUp.insert(payout) }

    private func export(_ payout: Int64, _ operations: PayoutOperations) async {
        do {
            let psbt = try await operations.export(payout)
            guard !exported.contains(where: { $0 == (payout, psbt) }) else { return }
            exported.append((payout, psbt))
            world.note("payout \(payout) is exported")
        } catch {
            world.note("payout \(payout) is not exported: \(error)")
        }
    }

    private func sign(_ psbt: PSBT, of payout: Int64, _ manner: SimulatedPurse.Manner) {
        guard let (other, transaction) = purse.sign(psbt, manner) else { return }
        signed.append(
            Signed(payout: payout, unsigned: psbt, psbt: other, manner: manner, transaction: transaction)
        )
        let name = transaction?.identifier.hex.prefix(8) ?? "nothing yet"
        world.note("payout \(payout) is signed, \(manner), as \(name)")
    }

    private func handBack(_ one: Signed, for payout: Int64, _ operations: PayoutOperations) async {
        do {
            let identifier = try await operations.take(Array(one.psbt.text.utf8), for: payout)
            world.note("payout \(payout) is handed back as \(identifier.hex.prefix(8))")
        } catch {
            world.note("payout \(payout) is not taken back: \(error)")
        }
    }

    /// Without asking the pool.
    private func send() {
        let whole = signed.filter { $0.manner == .whole && !givenUp.contains($0.payout) }
        guard let one = world.chance.pick(whole), let transaction = one.transaction else { return }
        let isTaken = purse.send(transaction)
        world.note("who signed payout \(one.payout) sends it, and it is \(isTaken ? "" : "not ")taken")
    }
}
