import Hashing
import MiningDomain

/// Constants of Bitcoin Core: `src/kernel/chainparams.cpp`, `src/chainparamsbase.cpp` and `src/consensus/`.
extension Network {
    package static let bitcoin = bitcoinFamily(
        "bitcoin",
        chainName: "main",
        versions: (0x00, 0x05),
        bech32Name: "bc",
        rpcPort: 8332,
        nodeFolder: ".bitcoin",
        genesis: (0x0000_0000_0019_d668, 0x9c08_5ae1_6583_1e93, 0x4ff7_63ae_46a2_a6c1, 0x72b3_f1b6_0a8c_e26f)
    )
    package static let bitcoinTestnet = bitcoinFamily(
        "bitcoin-testnet",
        chainName: "test",
        versions: (0x6f, 0xc4),
        bech32Name: "tb",
        rpcPort: 18_332,
        nodeFolder: ".bitcoin/testnet3",
        genesis: (0x0000_0000_0933_ea01, 0xad0e_e984_2097_79ba, 0xaec3_ced9_0fa3_f408, 0x7195_26f8_d77f_4943)
    )
    package static let bitcoinRegtest = bitcoinFamily(
        "bitcoin-regtest",
        chainName: "regtest",
        versions: (0x6f, 0xc4),
        bech32Name: "bcrt",
        rpcPort: 18_443,
        nodeFolder: ".bitcoin/regtest",
        genesis: (0x0f91_88f1_3cb7_b2c7, 0x1f2a_335e_3a4f_c328, 0xbf5b_eb43_6012_afca, 0x590b_1a11_466e_2206)
    )

    private static func bitcoinFamily(
        _ name: String,
        chainName: String,
        versions: (publicKeyHash: UInt8, scriptHash: UInt8),
        bech32Name: String,
        rpcPort: UInt16,
        nodeFolder: String,
        genesis: (UInt64, UInt64, UInt64, UInt64)
    ) -> Network {
        Network(
            name: name,
            ticker: "BTC",
            algorithm: .sha256d,
            differenceOne: Target(UInt256(0xffff) << 208),
            publicKeyHashVersion: versions.publicKeyHash,
            scriptHashVersions: [versions.scriptHash],
            bech32Name: bech32Name,
            extensionBech32Name: nil,
            coinbaseMaturity: 100,
            templateRules: ["segwit"],
            defaultRPCPort: rpcPort,
            nodeFolder: nodeFolder,
            chainName: chainName,
            genesisHash: Hash256(displayWords: genesis),
            isRetargeting: chainName != "regtest",
            dustRate: 3_000,
            amountMax: Amount(units: 21_000_000 * 100_000_000)
        )
    }
}

extension Hash256 {
    /// The hash whose display hex is these four numbers' hex, one after the other.
    init(displayWords words: (UInt64, UInt64, UInt64, UInt64)) {
        self.init(words: (words.3, words.2, words.1, words.0))
    }
}
