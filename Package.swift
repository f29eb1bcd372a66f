// swift-tools-version: 6.2
import PackageDescription

/// One list of settings for every target: Swift 6 mode, strict memory safety, no warning let
/// through.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// For the modules of the data path, in release builds: the run-time checks that no two accesses to
/// a class's property overlap took 37 % of the engine's time. Debug builds, and so the tests, keep
/// them; what the compiler proves at compile time stays proven.
let dataPath: [SwiftSetting] =
    strict + [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

let arguments = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "tidemark",
    products: [
        .executable(name: "processor", targets: ["processor"]),
        .executable(name: "generator", targets: ["generator"]),
        .executable(name: "supervisor", targets: ["supervisor"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    ],
    targets: [
        // C libraries
        .systemLibrary(
            name: "CRdkafka", pkgConfig: "rdkafka",
            providers: [.apt(["librdkafka-dev"]), .brew(["librdkafka"])]),
        .systemLibrary(
            name: "CJansson", pkgConfig: "jansson",
            providers: [.apt(["libjansson-dev"]), .brew(["jansson"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),

        // Libraries
        .target(
            name: "Streaming", swiftSettings: dataPath,
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
        .target(name: "StreamSQL", dependencies: ["Streaming"], swiftSettings: strict),
        .target(name: "JSON", dependencies: ["Streaming"], swiftSettings: dataPath),
        .target(name: "Kafka", dependencies: ["Streaming", "CRdkafka"], swiftSettings: dataPath),
        .target(
            name: "Druid", dependencies: ["Streaming", "CCurl", "CJansson"],
            swiftSettings: strict),
        .target(name: "Vehicles", dependencies: ["Streaming"], swiftSettings: dataPath),
        .target(
            name: "CommandLineSupport", dependencies: [arguments], swiftSettings: strict),

        .target(
            name: "EmbeddedBroker",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),

        // Programs
        .executableTarget(
            name: "processor",
            dependencies: [
                "Streaming", "StreamSQL", "JSON", "Kafka", "Vehicles", "EmbeddedBroker",
                "CommandLineSupport", arguments,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: dataPath),
        .executableTarget(
            name: "generator",
            dependencies: ["Vehicles", "Kafka", "Streaming", "CommandLineSupport", arguments],
            path: "generator", swiftSettings: dataPath),
        .executableTarget(
            name: "supervisor",
            dependencies: ["Druid", "StreamSQL", "Streaming", "CommandLineSupport", arguments],
            swiftSettings: strict),

        // Measures the data path: `make bench`
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "Streaming", "StreamSQL", "JSON", "Kafka", "CRdkafka", "EmbeddedBroker",
            ],
            path: "Benchmarks",
            exclude: ["README.md", "Peers", "instructions.py", "instructions.json"],
            swiftSettings: strict),

        // Tests
        .target(
            name: "TestSupport", dependencies: ["Streaming"], path: "Tests/TestSupport",
            swiftSettings: strict),
        .target(
            name: "ChaosSupport",
            dependencies: [
                "CRdkafka", "ConnectionFaults", "EmbeddedBroker", "Kafka", "TestSupport",
            ],
            path: "Tests/ChaosSupport", swiftSettings: strict),
        .executableTarget(
            name: "chaos", dependencies: ["ChaosSupport", "CommandLineSupport", arguments],
            path: "Tests/Chaos", exclude: ["README.md"], swiftSettings: strict),
        .target(name: "DruidStandIn", path: "Tests/DruidStandIn", swiftSettings: strict),
        .executableTarget(
            name: "stand-in",
            dependencies: ["DruidStandIn", "EmbeddedBroker", "Kafka", "Streaming"],
            path: "Tests/Compose/StandIn", swiftSettings: strict),
        .target(name: "ConnectionFaults", path: "Tests/ConnectionFaults"),
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        .testTarget(
            name: "StreamingTests", dependencies: ["Streaming", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "StreamSQLTests", dependencies: ["Streaming", "StreamSQL", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "JSONTests", dependencies: ["JSON", "Streaming", "CJansson", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "QueryTests",
            dependencies: ["Streaming", "StreamSQL", "JSON", "Simulation", "TestSupport"],
            swiftSettings: strict),
        .executableTarget(
            name: "allocation-check",
            dependencies: ["AllocationCounter", "Streaming", "StreamSQL", "JSON"],
            path: "Tests/AllocationCheck", swiftSettings: strict),
        .testTarget(
            name: "KafkaTests", dependencies: ["EmbeddedBroker", "Kafka", "Streaming"],
            swiftSettings: strict),
        .testTarget(
            name: "CommandLineSupportTests", dependencies: ["CommandLineSupport", arguments],
            swiftSettings: strict),
        .testTarget(
            name: "VehiclesTests", dependencies: ["Vehicles", "Streaming"], swiftSettings: strict),
        .testTarget(
            name: "GeneratorTests",
            dependencies: ["generator", "CommandLineSupport", "Kafka", "Streaming", "Vehicles"],
            swiftSettings: strict),
        .testTarget(
            name: "ProcessorTests",
            dependencies: [
                "processor", "generator", "ChaosSupport", "CommandLineSupport", "EmbeddedBroker",
                "Kafka", "StreamSQL", "Streaming", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "DruidTests",
            dependencies: ["Druid", "Streaming", "DruidStandIn", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SupervisorTests", dependencies: ["supervisor", "DruidStandIn"],
            swiftSettings: strict),
        .testTarget(
            name: "EmbeddedBrokerTests",
            dependencies: ["EmbeddedBroker", "Kafka", "Streaming", "TestSupport"],
            swiftSettings: strict),
        .target(
            name: "Simulation",
            dependencies: ["Kafka", "Streaming", "StreamSQL", "JSON", "TestSupport"],
            path: "Tests/Simulation", exclude: ["README.md"], swiftSettings: strict),
        .executableTarget(
            name: "simulate", dependencies: ["Simulation", arguments], path: "Tests/Simulate",
            swiftSettings: strict),
        .testTarget(
            name: "SimulationTests", dependencies: ["Simulation", "Kafka", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "TidyTests", swiftSettings: strict),
    ]
)

// The container image is built in two steps, so that a change of the sources does not compile the
// packages again. Each step needs the folders of what it builds, and no others.
switch Context.environment["TIDEMARK_BUILD"] {
case "dependencies":
    package.products = []
    package.targets = [
        .target(
            name: "dependencies",
            dependencies: [arguments, .product(name: "NIOPosix", package: "swift-nio")])
    ]
case "programs":
    package.targets.removeAll { $0.isTest || $0.path != nil && $0.path != "generator" }
default: break
}
