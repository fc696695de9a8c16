import EventLoop
import Hashing

/// What the miners of a load send, and what they are answered.
extension LoadDesk {
    /// Each miner keeps so many shares under way from now on; 0: it stops.
    func keepOutstanding(_ count: Int) {
        outstandingCount = count
        for miner in miners where miner.isReady {
            while miner.openShares.count < count { submit(miner, dueAt: .now) }
        }
    }

    /// The next miners in turn send one share each.
    func submit(_ dueTimes: [ContinuousClock.Instant]) {
        guard readyCount > 0 else { return }
        for dueAt in dueTimes {
            repeat { nextMiner = (nextMiner + 1) % miners.count } while !miners[nextMiner].isReady
            submit(miners[nextMiner], dueAt: dueAt)
        }
    }

    func accepted(_ id: UInt64, _ miner: LoadMiner) {
        if id == LoadMiner.authorizeID {
            miner.isAuthorized = true
            return lookWhetherReady(miner)
        }
        guard let place = miner.openShares.firstIndex(where: { $0.id == id }) else {
            counts.unmatched += 1
            return
        }
        let share = miner.openShares.remove(at: place)
        let now = ContinuousClock.now
        counts.accepted += 1
        counts.acceptedDigest += UInt64(share.digest)
        counts.answerTimes.append(UInt32(clamping: Int64((now - share.sentAt) / .microseconds(1))))
        counts.dueTimes.append(UInt32(clamping: Int64((now - share.dueAt) / .microseconds(1))))
        goOn(miner)
    }

    func goOn(_ miner: LoadMiner) {
        while miner.isReady, miner.openShares.count < outstandingCount { submit(miner, dueAt: .now) }
    }

    private func submit(_ miner: LoadMiner, dueAt: ContinuousClock.Instant) {
        guard let link = miner.link, let job = miner.job, let target = miner.target, let extranonce1 = miner.extranonce1
        else { return }
        let extranonce2 = miner.nextExtranonce2
        miner.nextExtranonce2 &+= 1
        let find = job.find(extranonce1: extranonce1, extranonce2: extranonce2, target: target)
        miner.lastID += 1
        var line: [UInt8] = []
        swap(&line, &room)
        line.removeAll(keepingCapacity: true)
        line.append(contentsOf: #"{"id":"#.utf8)
        line.append(contentsOf: String(miner.lastID).utf8)
        line.append(contentsOf: #","method":"mining.submit","params":[""#.utf8)
        line.append(contentsOf: Self.worker.utf8)
        line.append(contentsOf: "\",\"".utf8)
        line.append(contentsOf: job.name.utf8)
        line.append(contentsOf: "\",\"".utf8)
        line.append(hex: extranonce2)
        line.append(contentsOf: "\",\"".utf8)
        line.append(contentsOf: job.timeText.utf8)
        line.append(contentsOf: "\",\"".utf8)
        line.append(hex: find.nonce)
        line.append(contentsOf: "\"]}\n".utf8)
        miner.openShares.append(
            LoadMiner.OpenShare(
                id: miner.lastID,
                dueAt: dueAt,
                sentAt: .now,
                digest: UInt32(truncatingIfNeeded: find.hash.words.0).byteSwapped
            )
        )
        counts.sent += 1
        link.send(line.span)
        swap(&line, &room)
    }
}

extension [UInt8] {
    fileprivate mutating func append(hex value: UInt32) {
        for shift in stride(from: UInt32(28), through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: value >> shift) & 15
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
