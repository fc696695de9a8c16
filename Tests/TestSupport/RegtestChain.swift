import Foundation
import Testing

/// A kind of full node that tests can run, as data.
package struct RegtestChain: Sendable, CustomTestStringConvertible {
    /// As `Network.named(_:)` knows it.
    package let networkName: String
    package let executable: String
    /// What getblocktemplate must be asked for.
    package let templateRules: [String]
    /// getblocktemplate answers «not connected!» until a peer is there.
    package let needsPeerForTemplates: Bool
    /// The height from which a block ends in an extension block; `nil` where there is none.
    package let mwebHeight: UInt32?

    /// Debian's litecoind itself: `/usr/bin/litecoind` is a wrapper that writes into the home folder.
    package static let litecoin = RegtestChain(
        networkName: "litecoin-regtest",
        executable: "/usr/lib/litecoin/litecoind",
        templateRules: ["mweb", "segwit"],
        needsPeerForTemplates: true,
        mwebHeight: 432
    )

    /// A bitcoind, when one is installed; `LODE_TEST_BITCOIND` names another.
    package static let bitcoin = RegtestChain(
        networkName: "bitcoin-regtest",
        executable: ProcessInfo.processInfo.environment["LODE_TEST_BITCOIND"] ?? "/usr/bin/bitcoind",
        templateRules: ["segwit"],
        needsPeerForTemplates: false,
        mwebHeight: nil
    )

    /// Those that this machine has: for tests that should hold on every one.
    package static let installed = [litecoin, bitcoin].filter(\.isInstalled)

    package var testDescription: String { networkName }

    package var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: executable) }
}
