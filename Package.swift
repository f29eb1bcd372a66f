// swift-tools-version: 6.2
import PackageDescription

/// The settings of every target: Swift 6 mode, strict memory safety, no warning let through.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "tidemark",
    products: [
        .executable(name: "processor", targets: ["processor"]),
        .executable(name: "generator", targets: ["generator"]),
        .executable(name: "supervisor", targets: ["supervisor"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
    ],
    targets: [
        .systemLibrary(
            name: "CRdkafka", pkgConfig: "rdkafka",
            providers: [.apt(["librdkafka-dev"]), .brew(["librdkafka"])]),
        .systemLibrary(
            name: "CJansson", pkgConfig: "jansson",
            providers: [.apt(["libjansson-dev"]), .brew(["jansson"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),

        .target(name: "Streaming", swiftSettings: strict),
        .target(name: "StreamSQL", dependencies: ["Streaming"], swiftSettings: strict),
        .target(name: "JSON", dependencies: ["Streaming"], swiftSettings: strict),
        .target(name: "Kafka", dependencies: ["Streaming", "CRdkafka"], swiftSettings: strict),
        .target(
            name: "Druid", dependencies: ["Streaming", "CCurl", "CJansson"],
            swiftSettings: strict),
        .target(name: "Vehicles", dependencies: ["Streaming"], swiftSettings: strict),
        .target(
            name: "CommandLineSupport",
            dependencies: [.product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: strict),

        .executableTarget(
            name: "processor",
            dependencies: [
                "Streaming", "StreamSQL", "JSON", "Kafka", "Vehicles",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "generator",
            dependencies: [
                "Vehicles", "Kafka", "Streaming", "CommandLineSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "generator",
            swiftSettings: strict),
        .executableTarget(
            name: "supervisor",
            dependencies: [
                "Druid", "StreamSQL", "Streaming", "CommandLineSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        .target(
            name: "DruidStandIn", path: "Tests/DruidStandIn", swiftSettings: strict),
        .testTarget(
            name: "CommandLineSupportTests",
            dependencies: [
                "CommandLineSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "DruidTests", dependencies: ["Druid", "Streaming", "DruidStandIn"],
            swiftSettings: strict),
        .testTarget(
            name: "SupervisorTests", dependencies: ["supervisor", "DruidStandIn"],
            swiftSettings: strict),
        .testTarget(
            name: "VehiclesTests", dependencies: ["Vehicles", "Streaming"], swiftSettings: strict),
        .testTarget(
            name: "GeneratorTests",
            dependencies: [
                "generator", "CommandLineSupport", "Kafka", "Streaming", "Vehicles",
            ],
            swiftSettings: strict),
        .testTarget(name: "TidyTests", swiftSettings: strict),
        .testTarget(name: "StreamingTests", dependencies: ["Streaming"], swiftSettings: strict),
        .testTarget(
            name: "KafkaTests", dependencies: ["Kafka", "Streaming"], swiftSettings: strict),
        .testTarget(
            name: "StreamSQLTests", dependencies: ["Streaming", "StreamSQL"],
            swiftSettings: strict),
    ]
)
