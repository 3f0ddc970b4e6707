// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let bigInt: Target.Dependency = .product(name: "BigInt", package: "BigInt")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// A room of the house. What it may import is listed here and held by `TidyTests`.
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(of name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "depositwatch",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "depositwatch", targets: ["depositwatch"]),
        .library(name: "DepositTestKit", targets: ["DepositTestKit"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(
            name: "CSecp256k1", pkgConfig: "libsecp256k1", providers: [.apt(["libsecp256k1-dev"])]),
        .target(name: "CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CKeccak"),
        .target(name: "CFaultyDisk", linkerSettings: [.linkedLibrary("sqlite3")]),

        room("DepositCore", [bigInt, crypto]),
        room("NodeRPC", ["CCurl", "CSimdjson", logging, metrics]),
        room("ChainKit", ["DepositCore", "NodeRPC", yams]),
        room("EVMChain", ["CKeccak", "CSecp256k1", "DepositCore", "NodeRPC", "ChainKit", bigInt]),
        room("BitcoinChain", ["DepositCore", "NodeRPC", "ChainKit", bigInt, crypto, cryptoExtras]),
        room("DepositStore", ["DepositCore", grdb, sqlite]),
        room(
            "DepositEngine",
            ["DepositCore", "NodeRPC", "ChainKit", "DepositStore", logging, metrics, lifecycle]),
        room(
            "CallbackNotifier",
            ["DepositCore", "NodeRPC", "DepositStore", crypto, logging, metrics, lifecycle]),
        .target(
            name: "DepositAPI",
            dependencies: [
                "DepositCore", "ChainKit", "DepositStore", hummingbird, hummingbirdCore, httpTypes, crypto,
                logging,
                metrics, lifecycle,
            ],
            resources: [.embedInCode("Resources")],
            swiftSettings: settings),
        room(
            "DepositTestKit",
            [
                "CSecp256k1", "DepositCore", "NodeRPC", "ChainKit", "EVMChain", "BitcoinChain",
                "DepositStore", "DepositEngine", "CallbackNotifier", crypto, hummingbird, lifecycle, yams,
            ]),
        .executableTarget(
            name: "depositwatch",
            dependencies: [
                "DepositCore", "NodeRPC", "ChainKit", "EVMChain", "BitcoinChain", "DepositStore",
                "DepositEngine", "CallbackNotifier", "DepositAPI", "DepositTestKit",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                crypto, hummingbird, lifecycle, logging, metrics,
            ],
            exclude: ["Documentation.docc", "Deployment"],
            swiftSettings: settings),

        tests(of: "DepositCore", ["DepositCore", "DepositTestKit", bigInt]),
        tests(of: "NodeRPC", ["NodeRPC", "DepositTestKit"]),
        tests(of: "ChainKit", ["ChainKit"]),
        tests(of: "EVMChain", ["EVMChain", "CKeccak", "DepositTestKit"]),
        tests(of: "BitcoinChain", ["BitcoinChain", "DepositTestKit", bigInt]),
        tests(of: "DepositStore", ["DepositStore", grdb, bigInt]),
        tests(of: "DepositEngine", ["DepositEngine", "DepositTestKit"]),
        tests(of: "CallbackNotifier", ["CallbackNotifier", "DepositTestKit"]),
        tests(
            of: "DepositAPI",
            [
                "DepositAPI", "DepositCore", "DepositStore", "DepositTestKit", "ChainKit", "NodeRPC",
                hummingbird,
                hummingbirdCore, httpTypes, lifecycle, logging, metrics, yams,
            ]),
        tests(of: "DepositTestKit", ["DepositTestKit"]),
        tests(of: "depositwatch", ["depositwatch", "DepositTestKit"]),
        tests(of: "Scenario", ["DepositTestKit"]),
        tests(of: "DiskFault", ["CFaultyDisk", "DepositTestKit", "DepositStore", "DepositEngine", grdb]),
        tests(of: "Fuzz", ["DepositTestKit", "DepositAPI", "depositwatch"]),
        tests(of: "Habit", ["DepositTestKit"]),
        tests(of: "Simulation", ["DepositTestKit", logging]),
        tests(of: "Tidy", []),
        // The example in Swift of the article "Receivers in seven languages"; `test_receivers.py` runs it.
        .executableTarget(
            name: "SwiftReceiver", dependencies: [crypto, grdb, httpTypes, hummingbird],
            path: "Tests/SwiftReceiver"),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
