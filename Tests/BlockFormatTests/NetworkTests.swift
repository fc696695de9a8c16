import BlockFormat
import MiningDomain
import Testing

@Suite struct NetworkTests {
    @Test func namesAreUniqueAndFound() {
        #expect(Set(Network.all.map(\.name)).count == Network.all.count)
        for network in Network.all { #expect(Network.named(network.name) == network) }
        #expect(Network.named("dogecoin") == nil)
    }

    @Test(
        arguments: [
            (Network.litecoin, 9_332, ["segwit", "mweb"], "ltc"),
            (.litecoinTestnet, 19_332, ["segwit", "mweb"], "tltc"),
            (.litecoinRegtest, 19_443, ["segwit", "mweb"], "rltc"), (.bitcoin, 8_332, ["segwit"], "bc"),
            (.bitcoinTestnet, 18_332, ["segwit"], "tb"), (.bitcoinRegtest, 18_443, ["segwit"], "bcrt"),
        ] as [(Network, UInt16, [String], String)]
    )
    func constants(network: Network, port: UInt16, rules: [String], name: String) {
        #expect(network.defaultRPCPort == port)
        #expect(network.templateRules == rules)
        #expect(network.bech32Name == name)
        #expect(network.coinbaseMaturity == 100)
    }

    @Test func difficultyOneIsStratums() {
        #expect(Network.bitcoin.differenceOne == Target(bits: 0x1d00_ffff))
        #expect(Network.litecoin.differenceOne == Target(bits: 0x1f00_ffff))
    }
}
