// swift-tools-version: 6.2
import PackageDescription

/// The same strictness for every Swift target.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// A Swift library in `Sources/<layer>/<name>`; a service has no layer folder and stands in `Sources/` itself.
func library(_ name: String, in layer: String? = nil, _ dependencies: Target.Dependency...) -> Target {
    let folder = layer.map { "Sources/\($0)/" } ?? "Sources/"
    return .target(name: name, dependencies: dependencies, path: folder + name, swiftSettings: strict)
}

/// A C library of the system, as Debian packages it.
func system(_ name: String, pkgConfig: String? = nil, apt package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// The tests of one target; `vectors` says that a folder `Vectors` with golden files stands beside them.
func tests(_ subject: String, _ dependencies: Target.Dependency..., vectors: Bool = false) -> Target {
    .testTarget(
        name: subject + "Tests",
        dependencies: ["TestSupport"] + dependencies,
        exclude: vectors ? ["Vectors"] : [],
        swiftSettings: strict
    )
}

// Each group may depend on the groups above it, never below, and a service never on a service.
let package = Package(
    name: "lode",
    products: [.executable(name: "lode", targets: ["Lode"])],
    targets: [
        // C libraries of the system, the C that protoc-c writes from Proto/, and our own kernels.
        system("CNNG", apt: "libnng-dev"),
        system("CLibPQ", pkgConfig: "libpq", apt: "libpq-dev"),
        system("CMicroHTTPD", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev"),
        system("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        system("CLibEvent", pkgConfig: "libevent_core", apt: "libevent-dev"),
        system("CSSL", pkgConfig: "libssl", apt: "libssl-dev"),
        system("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
        system("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
        system("CSecp256k1", pkgConfig: "libsecp256k1", apt: "libsecp256k1-dev"),
        system("CProtobufC", pkgConfig: "libprotobuf-c", apt: "libprotobuf-c-dev"),
        .target(name: "CMessages", dependencies: ["CProtobufC"], path: "Sources/C/CMessages"),
        .target(
            name: "CJSON",
            path: "Sources/C/CJSON",
            cxxSettings: [.unsafeFlags(["-std=c++17"])],
            linkerSettings: [.linkedLibrary("simdjson")]
        ),
        .target(name: "CSpawn", path: "Sources/C/CSpawn"),
        .target(name: "CProofHash", path: "Sources/C/CProofHash", cSettings: [.unsafeFlags(["-O3"])]),

        // Handles: one per C library, the only Swift that says `unsafe`.
        library("NNGSockets", in: "Handles", "CNNG", "System"),
        library("PostgresClient", in: "Handles", "CLibPQ", "System"),
        library("HTTPServer", in: "Handles", "CMicroHTTPD", "System"),
        library("HTTPClient", in: "Handles", "CCurl"),
        library("EventLoop", in: "Handles", "CLibEvent", "CSSL", "System"),
        library("YAMLReader", in: "Handles", "CYAML"),
        library("JSON", in: "Handles", "CJSON"),
        library("Cryptography", in: "Handles", "CCrypto", "CSecp256k1"),
        library("Hashing", in: "Handles", "CProofHash"),
        library("System", in: "Handles", "CSpawn"),

        // Rules: values and decisions, no input or output.
        library("MiningDomain", in: "Rules", "Hashing"),
        library("BlockFormat", in: "Rules", "Cryptography", "Hashing", "MiningDomain"),
        library("Bins", in: "Rules", "MiningDomain"),
        library("Ledger", in: "Rules", "Hashing", "JSON", "MiningDomain"),
        library("StratumProtocol", in: "Rules", "BlockFormat", "Hashing", "JSON", "MiningDomain"),
        library("Usage", in: "Rules"),

        // Adapters: rules on one side, handles on the other.
        library("Messages", in: "Adapters", "CMessages", "CProtobufC"),
        library(
            "Configuration",
            in: "Adapters",
            "BlockFormat",
            "Cryptography",
            "HTTPServer",
            "Hashing",
            "MiningDomain",
            "System",
            "Usage",
            "YAMLReader"
        ),
        library("Messaging", in: "Adapters", "Messages", "NNGSockets", "ServiceRuntime", "System"),
        library("PrivatePostgres", in: "Adapters", "PostgresClient", "ServiceRuntime", "System"),
        library("ServiceRuntime", in: "Adapters", "HTTPServer", "JSON", "System"),
        library(
            "ChainAdapter",
            in: "Adapters",
            "BlockFormat",
            "Cryptography",
            "HTTPClient",
            "Hashing",
            "JSON",
            "MiningDomain",
            "ServiceRuntime",
            "System"
        ),

        // Services: each sees the others only as messages.
        library(
            "Gateway",
            "BlockFormat",
            "Cryptography",
            "EventLoop",
            "HTTPServer",
            "Hashing",
            "JSON",
            "Ledger",
            "Messages",
            "Messaging",
            "MiningDomain",
            "ServiceRuntime",
            "StratumProtocol",
            "System"
        ),
        library(
            "JobService",
            "Bins",
            "BlockFormat",
            "ChainAdapter",
            "Cryptography",
            "System",
            "Hashing",
            "Messages",
            "Messaging",
            "MiningDomain",
            "ServiceRuntime"
        ),
        library(
            "ShareService",
            "Bins",
            "BlockFormat",
            "Cryptography",
            "System",
            "Hashing",
            "Messages",
            "Messaging",
            "MiningDomain",
            "ServiceRuntime"
        ),
        library(
            "PayoutService",
            "BlockFormat",
            "ChainAdapter",
            "Cryptography",
            "HTTPServer",
            "Hashing",
            "JSON",
            "Ledger",
            "Messages",
            "Messaging",
            "MiningDomain",
            "PostgresClient",
            "ServiceRuntime",
            "System"
        ),
        library(
            "ChainWatcher",
            "BlockFormat",
            "ChainAdapter",
            "System",
            "Hashing",
            "Messages",
            "Messaging",
            "MiningDomain",
            "ServiceRuntime"
        ),

        // The other side of the wire: what a miner runs.
        library(
            "Miner",
            "BlockFormat",
            "HTTPClient",
            "Hashing",
            "JSON",
            "MiningDomain",
            "ServiceRuntime",
            "System"
        ),

        // Entry: reads configuration, opens every resource, wires the services.
        .executableTarget(
            name: "Lode",
            dependencies: [
                "Bins", "BlockFormat", "ChainAdapter", "ChainWatcher", "Configuration", "Cryptography", "EventLoop",
                "System", "Gateway", "HTTPServer", "Hashing", "JobService", "Ledger", "Messages", "Messaging", "Miner",
                "MiningDomain", "PayoutService",
                "PostgresClient", "PrivatePostgres", "ServiceRuntime", "ShareService", "Usage",
            ],
            swiftSettings: strict
        ),

        // Figures: what a core of this machine can do.
        .executableTarget(
            name: "LodeBench",
            dependencies: [
                "Bins", "BlockFormat", "CCrypto", "ChainAdapter", "Cryptography", "EventLoop", "Gateway",
                "HTTPClient", "HTTPServer", "Hashing", "JSON", "JobService", "Ledger", "Messages", "Messaging",
                "MiningDomain", "PayoutService", "PostgresClient", "PrivatePostgres", "ServiceRuntime",
                "ShareService", "StratumProtocol", "System",
            ],
            path: "Benchmarks/LodeBench",
            swiftSettings: strict
        ),

        // Tests.
        .target(
            name: "TestSupport",
            dependencies: [
                "BlockFormat", "ChainAdapter", "Cryptography", "HTTPClient", "HTTPServer", "Hashing", "JSON",
                "MiningDomain",
                "ServiceRuntime", "System",
            ],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "BlockFormat", "Cryptography", "HTTPClient", "Hashing", "JSON", "Ledger", "Lode", "Messages",
                "Messaging",
                "MiningDomain", "PayoutService", "PostgresClient", "ServiceRuntime", "System", "TestSupport",
            ],
            exclude: ["Clients"],
            swiftSettings: strict
        ),
        tests("NNGSockets", "NNGSockets"),
        tests("PostgresClient", "PostgresClient"),
        tests("HTTPServer", "HTTPServer", "HTTPClient", "System"),
        tests("HTTPClient", "EventLoop", "HTTPClient"),
        tests("EventLoop", "EventLoop", "System"),
        tests("YAMLReader", "YAMLReader"),
        tests("JSON", "JSON"),
        tests("Cryptography", "Cryptography"),
        tests("Hashing", "BlockFormat", "CCrypto", "Hashing"),
        tests("System", "System"),
        tests("MiningDomain", "Hashing", "MiningDomain"),
        tests("BlockFormat", "BlockFormat", "Cryptography", "Hashing", "JSON", "MiningDomain", vectors: true),
        tests("Bins", "Bins", "MiningDomain"),
        tests("Ledger", "Hashing", "JSON", "Ledger", "MiningDomain", vectors: true),
        tests("StratumProtocol", "BlockFormat", "Hashing", "JSON", "MiningDomain", "StratumProtocol"),
        tests("Messages", "Messages"),
        tests("Configuration", "BlockFormat", "Configuration", "Cryptography", "MiningDomain"),
        tests("Messaging", "Messages", "Messaging", "NNGSockets", "ServiceRuntime"),
        tests("ServiceRuntime", "HTTPClient", "HTTPServer", "ServiceRuntime"),
        tests(
            "ChainAdapter",
            "BlockFormat",
            "ChainAdapter",
            "Cryptography",
            "HTTPServer",
            "Hashing",
            "JSON",
            "MiningDomain",
            "ServiceRuntime"
        ),
        tests(
            "ChainWatcher",
            "BlockFormat",
            "ChainAdapter",
            "ChainWatcher",
            "Hashing",
            "JSON",
            "Messages",
            "Messaging",
            "MiningDomain",
            "ServiceRuntime",
            "System"
        ),
        tests(
            "ShareService",
            "BlockFormat",
            "Cryptography",
            "Hashing",
            "Messages",
            "Messaging",
            "MiningDomain",
            "ServiceRuntime",
            "ShareService",
            "System"
        ),
        tests("TestSupport", "JSON"),
        tests("Usage", "Usage"),
        tests("PrivatePostgres", "PostgresClient", "PrivatePostgres", "ServiceRuntime", "System"),
        tests("Lode", "HTTPServer", "Lode"),
        tests(
            "Miner",
            "BlockFormat",
            "HTTPServer",
            "Hashing",
            "JSON",
            "Miner",
            "MiningDomain",
            "ServiceRuntime",
            vectors: true
        ),
        tests(
            "PayoutService",
            "BlockFormat",
            "ChainAdapter",
            "Cryptography",
            "HTTPServer",
            "Hashing",
            "JSON",
            "Ledger",
            "Messages",
            "Messaging",
            "MiningDomain",
            "PayoutService",
            "PostgresClient",
            "ServiceRuntime",
            "System"
        ),
        tests(
            "Gateway",
            "BlockFormat",
            "Cryptography",
            "EventLoop",
            "Gateway",
            "HTTPClient",
            "HTTPServer",
            "Hashing",
            "JSON",
            "Ledger",
            "Messages",
            "Messaging",
            "MiningDomain",
            "ServiceRuntime",
            "StratumProtocol",
            "System"
        ),
        tests(
            "JobService",
            "Bins",
            "BlockFormat",
            "ChainAdapter",
            "Cryptography",
            "Hashing",
            "JSON",
            "JobService",
            "Messages",
            "Messaging",
            "MiningDomain",
            "ServiceRuntime",
            "System"
        ),
        tests(
            "Simulation",
            "BlockFormat",
            "ChainAdapter",
            "ChainWatcher",
            "Cryptography",
            "Hashing",
            "Ledger",
            "Messages",
            "Messaging",
            "MiningDomain",
            "PayoutService",
            "PostgresClient",
            "ServiceRuntime",
            "System"
        ),
        tests("Documentation", "Configuration"),
        tests("Tidy"),
    ],
    cxxLanguageStandard: .cxx17
)

// Fuzz targets need libFuzzer and a build of their own: see script/fuzz.
if Context.environment["LODE_FUZZ"] != nil {
    package.targets += [
        .target(name: "CFuzzer", path: "Fuzz/CFuzzer"),
        .executableTarget(
            name: "LodeFuzz",
            dependencies: [
                "BlockFormat", "CFuzzer", "ChainAdapter", "Cryptography", "Gateway", "HTTPServer", "Hashing", "JSON",
                "Messages", "Messaging", "MiningDomain", "ShareService", "StratumProtocol", "System",
            ],
            path: "Fuzz/LodeFuzz",
            swiftSettings: strict
        ),
    ]
}
