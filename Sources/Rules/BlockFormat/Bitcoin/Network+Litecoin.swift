import Hashing
import MiningDomain

/// Constants of Litecoin Core 0.21: `src/chainparams.cpp`, `src/chainparamsbase.cpp` and `src/consensus/`.
extension Network {
    package static let litecoin = litecoinFamily(
        "litecoin",
        chainName: "main",
        publicKeyHashVersion: 0x30,
        scriptHashVersions: [0x32, 0x05],  // M…, and 3… as before 2016, when it could not be told from Bitcoin's
        bech32Names: ("ltc", "ltcmweb"),
        rpcPort: 9_332,
        nodeFolder: ".litecoin",
        genesis: (0x12a7_65e3_1ffd_4059, 0xbada_1e25_190f_6e98, 0xc99d_9714_d334_efa4, 0x1a19_5a7e_7e04_bfe2)
    )
    package static let litecoinTestnet = litecoinFamily(
        "litecoin-testnet",
        chainName: "test",
        publicKeyHashVersion: 0x6f,
        scriptHashVersions: [0x3a, 0xc4],  // Q…, and 2… as before
        bech32Names: ("tltc", "tmweb"),
        rpcPort: 19_332,
        nodeFolder: ".litecoin/testnet4",
        genesis: (0x4966_625a_4b28_51d9, 0xfdee_139e_5621_1a0d, 0x8857_5f59_ed81_6ff5, 0xe6a6_3deb_4e3e_29a0)
    )
    package static let litecoinRegtest = litecoinFamily(
        "litecoin-regtest",
        chainName: "regtest",
        publicKeyHashVersion: 0x6f,
        scriptHashVersions: [0x3a, 0xc4],
        bech32Names: ("rltc", "tmweb"),
        rpcPort: 19_443,
        nodeFolder: ".litecoin/regtest",
        genesis: (0x5308_27f3_8f93_b43e, 0xd12a_f0b3_ad25_a288, 0xdc02_ed74_d6d7_8578, 0x62df_51fc_56c4_16f9)
    )

    private static func litecoinFamily(
        _ name: String,
        chainName: String,
        publicKeyHashVersion: UInt8,
        scriptHashVersions: [UInt8],
        bech32Names: (main: String, extensionBlock: String),
        rpcPort: UInt16,
        nodeFolder: String,
        genesis: (UInt64, UInt64, UInt64, UInt64)
    ) -> Network {
        Network(
            name: name,
            ticker: "LTC",
            algorithm: .scrypt,
            // 65,536 times easier than Bitcoin's, as scrypt miners and pools count; the node's own scale is Bitcoin's.
            differenceOne: Target(UInt256(0xffff) << 224),
            publicKeyHashVersion: publicKeyHashVersion,
            scriptHashVersions: scriptHashVersions,
            bech32Name: bech32Names.main,
            extensionBech32Name: bech32Names.extensionBlock,
            coinbaseMaturity: 100,
            templateRules: ["segwit", "mweb"],
            defaultRPCPort: rpcPort,
            nodeFolder: nodeFolder,
            chainName: chainName,
            genesisHash: Hash256(displayWords: genesis),
            isRetargeting: chainName != "regtest",
            dustRate: 30_000,
            amountMax: Amount(units: 84_000_000 * 100_000_000)
        )
    }
}
