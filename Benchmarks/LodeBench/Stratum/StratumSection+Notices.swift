import JSON

/// How soon miners hear of a new block.
extension StratumSection {
    func notices(_ chain: BenchChain, _ load: StratumLoad, _ door: LoadDesk.Door) async throws -> JSON {
        var results = JSONObject()
        for count in Self.noticeCounts {
            try await load.connect(count, to: door)
            results["\(count)_connections_\(Self.transactionCount)_transactions"] =
                try await notices(chain, load, count, isFull: true)
            results["\(count)_connections_0_transactions"] = try await notices(chain, load, count, isFull: false)
            await load.disconnect()
        }
        return .object(results)
    }

    /// From the moment that the node has another tip to the first and to the last miner who was told: medians.
    private func notices(
        _ chain: BenchChain,
        _ load: StratumLoad,
        _ count: Int,
        isFull: Bool
    ) async throws -> JSON {
        var (firsts, lasts, missing): ([UInt32], [UInt32], Int) = ([], [], 0)
        // The first one only brings the kind of template.
        for number in 0...Self.noticeRepeatCount {
            try await Task.sleep(for: Self.noticePause)
            let tip = chain.nextTip
            _ = await load.ask { desk in
                desk.watchedTip = tip
                desk.counts = LoadCounts()
            }
            let start = chain.advance(isFull: isFull)
            _ = await load.wait(atMost: Self.noticeTime) { $0.counts.tipArrivals.count >= count }
            let arrivals = await load.takeCounts().tipArrivals.map {
                UInt32(clamping: Int64(($0 - start) / .microseconds(1)))
            }
            guard number > 0 else { continue }
            missing += count - arrivals.count
            if let first = arrivals.min(), let last = arrivals.max() {
                firsts.append(first)
                lasts.append(last)
            }
        }
        let (first, last) = (Percentiles(firsts).median, Percentiles(lasts).median)
        progress("new block, \(count) connections, \(isFull ? "full" : "empty"): last told after \(last ?? 0) us")
        return ["first_us": JSON(first ?? 0), "last_us": JSON(last ?? 0), "not_told": JSON(missing)]
    }
}
