import BlockFormat
import ChainAdapter
import Cryptography
import Hashing
import JobService
import Messages
import Messaging
import MiningDomain
import ServiceRuntime
import System
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct JobMakingTests {
    @Test func aTemplateBecomesAJobThatBuildsABlock() async throws {
        let replica = try Replica()
        let transaction = BlockTemplate.Transaction(bytes: [7, 7, 7], identifier: Hash256(words: (4, 4, 4, 4)))
        replica.node.add(transaction)
        try await replica.run { life in
            let job = try #require(await life.jobs(1).first)
            #expect(job.height == 100 && job.algorithm == "scrypt" && job.clean && job.reward == 5_000_000_000)
            #expect(job.previousHash == FakeNode.hash(1).bytes)
            #expect(job.merkleBranch == [transaction.identifier.bytes])
            #expect(job.extranonce1Size == 4 && job.extranonce2Size == 4)
            #expect(job.networkTarget == Target(bits: 0x207f_ffff)?.bigEndianBytes)
            #expect(job.shareTarget == Network.litecoin.differenceOne.bigEndianBytes)
            #expect(try await life.jobs.getJob(GetJobRequest()) == job)
            #expect(try await life.jobs.getJob(GetJobRequest(jobID: job.jobID)) == job)
            let template = try await life.jobs.getTemplate(GetTemplateRequest(jobID: job.jobID))
            #expect(template.job == job && template.transactions == [7, 7, 7] && template.transactionCount == 1)
            #expect(template.tail == [1, 1, 2, 3] && template.segwit && template.transactionSizes == [3])
            let list = try await life.jobs.getTransactions(GetTransactionsRequest(jobID: job.jobID))
            #expect(list == TransactionList(transactions: [[7, 7, 7]]))
            let coinbase = job.coinbase1 + [UInt8](repeating: 0, count: 8) + job.coinbase2
            #expect(CoinbaseWitness.adding(to: coinbase) != nil)
            #expect(Hex.string(coinbase).contains(Hex.string(Array("/lode/".utf8))))
            try await life.misses()
        }
    }

    @Test func beforeTheFirstTemplateThereIsNothing() async throws {
        let replica = try Replica()
        replica.node.fail(.unreachable("nobody listens"))
        try await replica.run { life in
            await expect(.unavailable) { try await life.jobs.getJob(GetJobRequest()) }
            await expect(.unavailable) {
                try await life.jobs.leaseBin(LeaseBinRequest(client: Replica.client(1)))
            }
            await expect(.notFound) { try await life.jobs.getJob(GetJobRequest(jobID: 5)) }
            await expect(.notFound) { try await life.jobs.getTemplate(GetTemplateRequest(jobID: 5)) }
            await expect(.notFound) { try await life.jobs.getTransactions(GetTransactionsRequest(jobID: 5)) }
            await replica.pass(seconds: 2)
            try await life.misses("jobs: job", "jobs: node")
            replica.node.fail(nil)
            await replica.pass(seconds: 2)
            _ = await life.jobs(1)
        }
    }

    @Test func jobsAreRenewedThoughNothingChanges() async throws {
        let replica = try Replica()
        try await replica.run { life in
            let first = try #require(await life.jobs(1).first)
            await replica.pass(seconds: 29)
            #expect(life.made.elements.count == 1)
            await replica.pass(seconds: 2)
            let second = try #require(await life.jobs(2).last)
            #expect(!second.clean && second.jobID > first.jobID && second.previousHash == first.previousHash)
            #expect(second.coinbase1 != first.coinbase1)
            #expect(try await life.jobs.getJob(GetJobRequest(jobID: first.jobID)) == first)
        }
    }

    @Test func jobsAreRenewedAndTheirAgeIsReportedThoughTheClockIsSetBack() async throws {
        let replica = try Replica()
        try await replica.run { life in
            let first = try #require(await life.jobs(1).first)
            replica.clock.setBack(by: .seconds(3_600))
            await replica.pass(seconds: 31)
            try await Patience.wait(for: "another job", atMost: .seconds(20)) { life.made.elements.count > 1 }
            let second = try #require(life.made.elements.dropFirst().first)
            #expect(second.jobID > first.jobID && second.createdAtMs < first.createdAtMs)
            replica.clock.setBack(by: .seconds(3_600))
            replica.node.fail(.unreachable("nobody listens"))
            await replica.pass(seconds: 91)
            try await life.misses("jobs: job", "jobs: node")
        }
    }

    @Test func newTransactionsComeSoonerButNotAtOnce() async throws {
        let replica = try Replica()
        try await replica.run { life in
            _ = await life.jobs(1)
            await replica.pass(seconds: 6)
            replica.node.add(BlockTemplate.Transaction(bytes: [1], identifier: .zero))
            let second = try #require(await life.jobs(2).last)
            #expect(!second.clean && second.merkleBranch.count == 1)
            replica.node.add(BlockTemplate.Transaction(bytes: [2], identifier: .zero))
            await replica.pass(seconds: 3)
            #expect(life.made.elements.count == 2)
        }
    }

    @Test func aNewTipMakesAJobAtOnce() async throws {
        let replica = try Replica()
        try await replica.run { life in
            _ = await life.jobs(1)
            await replica.pass(seconds: 1)
            replica.node.move(height: 101, tip: 2)
            // No time passes: the long poll tells.
            let second = try #require(await life.jobs(2).last)
            #expect(second.clean && second.height == 101 && second.previousHash == FakeNode.hash(2).bytes)
        }
    }

    @Test func aSilentLongPollIsNotTrusted() async throws {
        let replica = try Replica()
        try await replica.run { life in
            _ = await life.jobs(1)
            replica.node.beSilent()
            replica.node.move(height: 101, tip: 2)
            #expect(life.made.elements.count == 1)
            await replica.pass(seconds: 1)
            let second = try #require(await life.jobs(2).last)
            #expect(second.clean && second.height == 101)
        }
    }

    @Test func anAbsentNodeIsReportedAndWorkGoesOn() async throws {
        let replica = try Replica()
        try await replica.run { life in
            let job = try #require(await life.jobs(1).first)
            replica.node.fail(.unreachable("nobody listens"))
            await replica.pass(seconds: 3)
            try await life.misses("jobs: node")
            #expect(try await life.jobs.getJob(GetJobRequest()) == job)
            _ = try await life.jobs.leaseBin(LeaseBinRequest(client: Replica.client(1)))
            await replica.pass(seconds: 90)
            try await life.misses("jobs: job", "jobs: node")
            replica.node.fail(nil)
            await replica.pass(seconds: 2)
            _ = await life.jobs(2)
            await replica.pass(seconds: 1)
            try await life.misses()
        }
    }

    @Test func aTipWithoutATemplateEndsTheJob() async throws {
        let replica = try Replica()
        try await replica.run { life in
            let first = try #require(await life.jobs(1).first)
            let lease = try await life.jobs.leaseBin(LeaseBinRequest(client: Replica.client(1)))
            replica.node.failTemplates(.unreachable("no peers"))
            await replica.pass(seconds: 10)
            #expect(try await life.jobs.getJob(GetJobRequest()) == first)  // the tip is still the job's
            replica.node.move(height: 101, tip: 2)
            await replica.pass(seconds: 2)
            #expect(try await life.jobs.getJob(GetJobRequest()) == first)  // a template may only take its time
            await replica.pass(seconds: 6)
            await expect(.failedPrecondition) { try await life.jobs.getJob(GetJobRequest()) }
            await expect(.unavailable) {
                try await life.jobs.leaseBin(LeaseBinRequest(client: Replica.client(1)))
            }
            #expect(try await life.jobs.getJob(GetJobRequest(jobID: first.jobID)) == first)
            try await life.misses("jobs: job", "jobs: node", because: "no node gives a template for the tip")
            replica.node.failTemplates(nil)
            await replica.pass(seconds: 2)
            let second = try #require(await life.jobs(2).last)
            #expect(second.clean && second.height == 101)
            let next = try await life.jobs.leaseBin(LeaseBinRequest(client: Replica.client(1)))
            #expect(next.lease?.jobID == second.jobID && lease.lease?.jobID == first.jobID)
            try await life.misses()
        }
    }

    @Test func nodesThatDisagreeDoNotMakeJobsFlap() async throws {
        let replica = try Replica()
        try await replica.run { life in
            _ = await life.jobs(1)
            replica.node.move(height: 101, tip: 2)
            _ = await life.jobs(2)
            replica.node.move(height: 100, tip: 1)  // a failover to a node that lags
            await replica.pass(seconds: 50)
            #expect(life.made.elements.count == 2)
            #expect(life.surroundings.metrics.exposition.contains("lode_templates_doubted_total"))
            // It insists: a reorganisation. The doubt began with the first poll that saw it, whenever that was.
            for _ in 0..<600 where life.made.elements.count < 3 { await replica.pass(seconds: 1) }
            let third = try #require(await life.jobs(3).last)
            #expect(third.clean && third.height == 100)
        }
    }

    @Test func theRewardAddressIsAskedForUntilItIsKnown() async throws {
        let ledger = FakeLedger(nil)
        let replica = try Replica(ledger: ledger)
        try await replica.run { life in
            try await life.misses("jobs: job", because: "not up yet")
            ledger.tell("ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9")
            await replica.pass(seconds: 2)
            try await life.misses("jobs: job", because: "another network")
            ledger.tell("rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3")
            await replica.pass(seconds: 2)
            _ = await life.jobs(1)
        }
    }

    @Test func oldJobsAreForgottenOnDiskToo() async throws {
        let replica = try Replica { $0.keepInterval = .seconds(60) }
        try await replica.run { life in
            let first = try #require(await life.jobs(1).first)
            for count in 2...4 {
                await replica.pass(seconds: 31)
                _ = await life.jobs(count)
            }
            await replica.pass(seconds: 1)
            await expect(.notFound) {
                try await life.jobs.getJob(GetJobRequest(jobID: first.jobID))
            }
            try await Patience.wait(for: "the file to go") {
                try Folder.names(in: replica.folder.path + "/jobs").allSatisfy {
                    !$0.hasPrefix(JobID(first.jobID)?.description ?? "-")
                }
            }
        }
    }

    /// Over sockets, as the other services call.
    @Test func callsAndEventsTravel() async throws {
        let replica = try Replica()
        try await replica.run { life in
            let events = try Subscriber<Job>(dialing: life.service.eventAddresses, topic: "job")
            let channel = try RPCClient(dialing: life.service.addresses, limits: .jobs, metrics: Metrics())
            let client = JobsClient(channel, timeout: .seconds(5))
            let first = try #require(await life.jobs(1).first)
            #expect(try await client.getJob(GetJobRequest()) == first)
            let offer = try await client.leaseBin(LeaseBinRequest(client: Replica.client(1), hashrate: 1_000))
            #expect(offer.lease?.count == 5_000)
            // A published job is a hint: what went out before the subscriber was there is not heard.
            let heard = Task { try await events.next() }
            for height in UInt32(101)...110 where life.made.elements.count < 11 {
                replica.node.move(height: height, tip: UInt64(height))
                await replica.pass(seconds: 1)
                _ = await life.jobs(Int(height) - 99)
            }
            #expect(life.made.elements.contains(try await heard.value))
        }
    }
}
