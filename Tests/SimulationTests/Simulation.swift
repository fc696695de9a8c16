import BlockFormat
import Cryptography
import Hashing
import Ledger
import Messages
import MiningDomain
import Synchronization
import TestSupport

@testable import ChainWatcher
@testable import PayoutService

/// A pool's money in a world of its own: one seed decides all that happens to it.
final class Simulation {
    static let stepCount = 250
    /// How often everything gets its turn at the end, with nothing going wrong.
    private static let calmRoundCount = 8

    static let accounts: [AccountName] = (1...60).compactMap { (number: UInt8) -> AccountName? in
        let x = [UInt8](repeating: 0, count: 31) + [number]
        guard let key = PublicKey(compressed: [2] + x) else { return nil }
        return AccountName(Address.payToWitnessPublicKeyHash(key, on: .litecoinRegtest).text)
    }.prefix(5).map(\.self)

    let world: World
    private var settings: PayoutSettings
    private let network: SimulatedNetwork
    private let purse: SimulatedPurse
    private let database = SimulatedDatabase()
    private let ledger: SimulatedLedgerService
    private let shares: SimulatedShares
    private let watchers: [SimulatedWatcher]
    private var payers: [Life] = [Life("payer 1"), Life("payer 2")]
    private let busy = Busy()
    private let keys: KeyHolder
    /// Whether the operator changes who signs while payouts are under way.
    private let changesSigner: Bool
    /// Of four times that blocks are mined, so often their miners know of no transactions.
    private let emptyPart: Int
    private let solved = SolvedBlocks()
    private var inspector: Inspector
    private var step = 0

    init(seed: UInt64, mutation: Mutation? = nil, isLockBroken: Bool = false, isJournalKept: Bool = false) throws {
        world = World(seed: seed, mutation: mutation, isLockBroken: isLockBroken, isJournalKept: isJournalKept)
        var settings = try Self.settings()
        settings.scheme = RewardScheme.Name.allCases[world.chance.number(0...2)]
        settings.feePayer = PayoutSettings.FeePayer.allCases[world.chance.number(0...1)]
        settings.signing = world.chance.happens(oneIn: 3) ? .psbt : .wallet
        changesSigner = world.chance.happens(oneIn: 4) && !isLockBroken
        self.settings = settings
        emptyPart = world.chance.number(0...3)
        network = SimulatedNetwork(world.chance)
        purse = SimulatedPurse(network, world.chance)
        keys = KeyHolder(world, purse)
        ledger = SimulatedLedgerService(world, settings, database)
        shares = SimulatedShares(world, database)
        let (world, network, ledger) = (world, network, ledger)
        watchers = ["watcher 1", "watcher 2"].map { SimulatedWatcher($0, world, network, ledger) }
        inspector = Inspector(network, settings, Self.accounts)
        for _ in 0..<4 { purse.deposit(Amount(units: UInt64(world.chance.number(1...40)) * 100_000_000)) }
    }

    /// How the pool of the simulation splits and pays.
    static func settings() throws -> PayoutSettings {
        guard let fee = FeeRate(percent: "1"), let factor = WindowFactor("20"),
            let depths = BlockDepths(immature: 10, confirmed: 100, chainMaturity: 100)
        else { throw Violation(invariant: .nothingIsNegative, what: "settings") }
        var settings = PayoutSettings(
            network: .litecoinRegtest,
            fee: fee,
            windowFactor: factor,
            depths: depths,
            payoutInterval: .seconds(60),
            payoutThreshold: Amount(units: 100_000),
            payoutDepth: 6
        )
        settings.outputCountMax = 3
        settings.feePolicy = FeePolicy(raiseAfterBlocks: 1)
        return settings
    }

    /// - Throws: `Violation`, when something does not hold after some step.
    func run() async throws(Violation) {
        try await grow()
        for number in 0..<Self.stepCount {
            step = number
            await act()
            try look()
        }
        world.calmDown()
        world.note("calm")
        purse.change { $0.isClosed = false }
        for _ in 0..<4 { purse.deposit(Amount(units: 100_000_000_000)) }
        for _ in 0..<Self.calmRoundCount {
            await calmRound()
            try look()
            try telling { () throws(Violation) in try inspector.lookAtThePaid(database.books) }
        }
        let paidByHand = purse.read(\.paidByHand)
        try telling { () throws(Violation) in try inspector.lookAtTheEnd(database.books, shares, paidByHand) }
    }

    /// Most worlds begin with money to be paid: else most of their time goes by before there is any.
    private func grow() async throws(Violation) {
        guard !world.chance.happens(oneIn: 4) else { return }
        world.calmDown()
        for _ in 0..<world.chance.number(2...6) {
            await bringShares()
            await findBlock()
            try look()
        }
        for _ in 0..<2 { await calmRound(mining: 60, isPaying: false) }
        world.stirUp()
        try look()
    }

    private func look() throws(Violation) {
        try telling { () throws(Violation) in try inspector.look(at: database.books, shares) }
    }

    private func telling(_ look: () throws(Violation) -> Void) throws(Violation) {
        do throws(Violation) {
            try look()
        } catch {
            throw told(error)
        }
    }

    private func told(_ violation: Violation) -> Violation {
        Violation(invariant: violation.invariant, what: "SEED=\(world.seed), step \(step): \(violation.what)")
    }

    /// What happened, of each kind: a simulation in which nothing happens shows nothing.
    var tally: Tally {
        let books = database.books
        return Tally(
            credits: books.transfers.count { $0.kind == .blockCredit },
            reversals: books.transfers.count { $0.kind == .blockReverse },
            payouts: books.payouts.count { $0.state == .confirmed },
            shares: books.shares.count,
            raises: books.payouts.reduce(0) { $0 + max(0, $1.versions.count - 1) },
            returns: Set(books.transfers.filter { $0.kind == .payoutReverse }.map(\.reference)).count,
            signedElsewhere: books.payouts.count { $0.state == .confirmed && $0.handover != nil },
            standIns: books.payouts.count { payout in
                payout.settledBy.map { version in purse.read { $0.standIns.contains(version.identifier) } } ?? false
            }
        )
    }

    struct Tally {
        var credits = 0
        var reversals = 0
        var payouts = 0
        var shares = 0
        var raises = 0
        /// Payouts that were taken back after they had been confirmed, each time.
        var returns = 0
        /// Confirmed payouts that somebody else had the keys for.
        var signedElsewhere = 0
        /// Confirmed payouts that somebody paid by hand.
        var standIns = 0
    }

    // MARK: - Steps

    private func act() async {
        let before = Set(world.stage.paused)
        await beginSomething()
        // About half of what is begun is done before anything else happens.
        guard world.chance.happens(oneIn: 2) else { return }
        while let part = world.stage.paused.first(where: { !before.contains($0) }) { await world.stage.goOn(part) }
    }

    private func beginSomething() async {
        let chance = world.chance
        world.clock.advance(seconds: chance.number(1...60))
        if isSignedElsewhere, chance.happens(oneIn: 5) { return await keys.act(database.books, operations()) }
        switch chance.number(0...99) {
        case 0..<8: await bringShares()
        case 8..<15: await findBlock()
        case 15..<17: await submitSolved()
        case 17..<28: mine([1, 1, 2, 3, 6, 6, 12, 30, 60, 60][chance.number(0...9)])
        case 28..<31: await reorganise()
        case 31: returnToBranch()
        case 32..<44: await watchers[chance.number(0...1)].turn(.look)
        case 44..<54: await watchers[chance.number(0...1)].turn(.report)
        case 54..<56: await watchers[chance.number(0...1)].turn(.offer)
        case 56..<72: await pay(chance.number(0...1))
        case 72..<90: await goOn()
        case 90..<92: await ledger.deliverLate()
        case 92..<94: await restart()
        case 94..<96: disturbWallet()
        case 96: database.breakPayer()
        case 97: network.evict()
        case 98: chance.happens(oneIn: 2) ? await kill() : await operate()
        case _: await shares.goOn()
        }
    }

    private func bringShares() async {
        let chance = world.chance
        var proofs = (0..<chance.number(1...4)).map { _ in chance.hash() }
        // One that somebody has brought before.
        let known = shares.acknowledged.keys.min { $0.words.0 < $1.words.0 }
        if chance.happens(oneIn: 5), let known { proofs.append(known) }
        guard let account = chance.pick(Self.accounts) else { return }
        await shares.bring(proofs, of: account, work: Work(hashes: UInt128(chance.number(1...20))))
    }

    /// A miner of ours solves a block on the tip, or on what it takes for the tip.
    private func findBlock() async {
        let chance = world.chance
        let hash = chance.hash()
        let isLate = chance.happens(oneIn: 5)
        let (previous, height) = network.read { state in
            let place = state.height - (isLate ? 1 : 0)
            return (state.chain[place].hash, place + 1)
        }
        let isBad = chance.happens(oneIn: 12)
        if !isBad { network.change { $0.ours[hash] = (previous, height) } }
        guard let account = chance.pick(Self.accounts) else { return }
        let candidate = Candidate(
            hash: hash,
            height: UInt32(height),
            jobID: 1,
            finder: Client(address: account.description, worker: "rig", clientID: [UInt8](repeating: 1, count: 16)),
            reward: UInt64(chance.number(100_000...5_000_000)),
            networkTarget: [0x7f] + [UInt8](repeating: 0xff, count: 31),
            foundAtMs: world.clock.unixMilliseconds
        )
        world.note("block \(hash.displayHex.prefix(8)) is found at height \(height)\(isBad ? ", and is bad" : "")")
        solved.add(candidate)
        if chance.happens(oneIn: 2) { await shares.bring([hash], of: account, work: Work(hashes: 2)) }
        await submitSolved()
    }

    /// The share service brings a solved block to a watcher, again and again until one has taken it.
    private func submitSolved() async {
        guard let candidate = world.chance.pick(solved.all) else { return }
        let watcher = watchers[world.chance.number(0...1)]
        guard !watcher.life.isOver else { return }
        await watcher.take(candidate) { [world, solved] isTaken in
            world.note(
                "block \(candidate.hash.displayHex.prefix(8)) is \(isTaken ? "" : "not ")taken by \(watcher.name)"
            )
            if isTaken { solved.remove(candidate.hash) }
        }
    }

    private func mine(_ count: Int) {
        let isEmpty = world.chance.number(1...4) <= emptyPart
        network.mine(count, isEmpty ? .nothing : .mixed)
        world.note("\(count) \(isEmpty ? "empty " : "")blocks are mined, to \(network.read(\.height))")
    }

    private func reorganise() async {
        let chance = world.chance
        var depth = chance.number(1...[3, 10, 20, 60, SimulatedNetwork.reorganisationDepthMax][chance.number(0...4)])
        // Whoever does it on purpose aims at a payout.
        if chance.happens(oneIn: 2), let target = chance.pick(buriedPayouts) { depth = target + chance.number(0...3) }
        // What is paid anew is paid twice only when the first comes back.
        network.reorganise(depth: depth, mayForget: world.mutation != .takenBackPayoutsAreSignedAnew)
        world.note("\(depth) blocks are reorganised away, to \(network.read(\.height))")
        if chance.happens(oneIn: 4) { returnToBranch() }
        // Before whatever was in those blocks is mined again.
        if chance.happens(oneIn: 2) { await pay(chance.number(0...1)) }
    }

    /// How deep each payout is that stands on the chain, as far as a reorganisation may reach.
    private var buriedPayouts: [Int] {
        let state = network.read(\.self)
        return database.books.payouts.flatMap(\.versions).compactMap { version in
            state.mined[version.identifier].map { state.height - $0 + 1 }
        }.filter { $0 <= SimulatedNetwork.reorganisationDepthMax }
    }

    private func returnToBranch() {
        network.returnToBranch()
        world.note("the chain returns to its last branch, to \(network.read(\.height))")
    }

    private func pay(_ number: Int) async {
        let life = payers[number]
        let name = life.name
        guard !life.isOver, busy.begin(life) else { return }
        let stores = SimulatedPayouts(world: world, life: life, database: database, depthRequired: settings.payoutDepth)
        let wallet = SimulatedWallet(world: world, life: life, purse: purse)
        let loop = PayoutLoop(stores, wallet: wallet, settings: settings, surroundings: world.surroundings)
        await world.stage.begin { [world, busy] in
            do {
                let isHolder = try await loop.runOnce()
                if isHolder { world.note("\(name) has gone through all payouts") }
            } catch {
                world.note("\(name): \(error)")
            }
            busy.end(life)
        }
    }

    private func goOn() async {
        guard let part = world.chance.pick(world.stage.paused) else { return }
        await world.stage.goOn(part)
    }

    private func restart() async {
        for watcher in watchers { await watcher.restartIfDead() }
        for (number, life) in payers.enumerated() where life.isOver {
            // Its session ends with it.
            database.breakPayer()
            payers[number] = Life(life.name)
            world.note("\(life.name) starts again")
            if changesSigner, world.chance.happens(oneIn: 2) {
                settings.signing = settings.signing == .psbt ? .wallet : .psbt
            }
        }
    }

    private var isSignedElsewhere: Bool { settings.signing == .psbt || changesSigner }

    /// As one person begins them.
    private func operations() -> PayoutOperations {
        let life = Life("operator")
        return PayoutOperations(
            stores: SimulatedPayouts(
                world: world,
                life: life,
                database: database,
                depthRequired: settings.payoutDepth
            ),
            wallet: SimulatedWallet(world: world, life: life, purse: purse),
            settings: settings,
            surroundings: world.surroundings
        )
    }

    private func kill() async {
        let life =
            world.chance.happens(oneIn: 2)
            ? watchers[world.chance.number(0...1)].life : payers[world.chance.number(0...1)]
        world.note("\(life.name) is killed")
        life.end()
    }

    /// A person has a payout tried again, or gives it up.
    private func operate(_ chosen: Books.Payout? = nil) async {
        let open = database.books.payouts.filter { !$0.state.isFinal }
        guard let payout = chosen ?? world.chance.pick(open) else { return }
        let operations = operations()
        defer {
            let isCancelled = database.books.payouts[Int(payout.id) - 1].state == .cancelled
            if isCancelled, payout.handover?.exportedAtMs != nil { keys.giveUp(payout.id) }
        }
        do {
            switch payout.state {
            case .stuck: try await operations.retry(payout.id)
            case .conflicted:
                do {
                    try await operations.cancel(payout.id)
                } catch PayoutRefusal.conflictUnproven(_) {
                    // What had spent its coins was reorganised away.
                    try await operations.retry(payout.id)
                }
            case .planned, .reserved, .signed, .broadcast, .confirmed, .cancelled:
                try await operations.cancel(payout.id)
            }
            world.note("the operator changes payout \(payout.id), which was \(payout.state)")
        } catch {
            world.note("the operator may not change payout \(payout.id): \(error)")
        }
    }

    private func disturbWallet() {
        let chance = world.chance
        switch chance.number(0...5) {
        case 0: purse.change { $0.isClosed.toggle() }
        case 1, 2:
            purse.change { $0.locked = [] }
            world.note("the node starts again and forgets which coins were locked")
        case 3:
            guard chance.happens(oneIn: 2) else { return }
            if let done = WalletByHand(purse: purse).spend(database.books) { world.note(done) }
        case _: purse.deposit(Amount(units: UInt64(chance.number(1...20)) * 10_000_000))
        }
    }

    // MARK: - The end

    private func calmRound(mining blockCount: Int = 30, isPaying: Bool = true) async {
        while let part = world.stage.paused.first { await world.stage.goOn(part) }
        while !ledger.late.withLock(\.isEmpty) { await ledger.deliverLate() }
        await restart()
        await shares.goOn()
        while !solved.all.isEmpty { await submitSolved() }
        for watcher in watchers {
            await watcher.turn(.look)
            await watcher.turn(.offer)
            await watcher.turn(.look)
            await watcher.turn(.report)
        }
        database.breakPayer()
        network.mine(blockCount)
        world.clock.advance(seconds: 3_600)
        guard isPaying else { return }
        await pay(0)
        if isSignedElsewhere {
            await keys.finish(database.books, operations())
            await pay(0)
        }
        let books = database.books
        for payout in books.payouts
        where payout.state == .conflicted || payout.state == .reserved && payout.handover?.exportedAtMs != nil {
            await operate(payout)
        }
    }
}
