// swift-tools-version: 6.2
import PackageDescription

/// One list of settings for every target: Swift 6 mode, strict memory safety, no warning let through.
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
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CRdkafka", pkgConfig: "rdkafka",
            providers: [.apt(["librdkafka-dev"]), .brew(["librdkafka"])]),
        .systemLibrary(
            name: "CJansson", pkgConfig: "jansson",
            providers: [.apt(["libjansson-dev"]), .brew(["jansson"])]),

        .target(name: "Streaming", swiftSettings: strict),
        .target(name: "StreamSQL", dependencies: ["Streaming"], swiftSettings: strict),
        .target(name: "JSON", dependencies: ["Streaming"], swiftSettings: strict),
        .target(name: "Kafka", dependencies: ["Streaming", "CRdkafka"], swiftSettings: strict),
        .target(name: "Vehicles", swiftSettings: strict),
        .target(
            name: "EmbeddedBroker",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
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
                "Vehicles", "Kafka",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "generator",
            swiftSettings: strict),

        .testTarget(name: "StreamingTests", dependencies: ["Streaming"], swiftSettings: strict),
        .testTarget(
            name: "KafkaTests", dependencies: ["Kafka", "Streaming"], swiftSettings: strict),
        .testTarget(
            name: "EmbeddedBrokerTests", dependencies: ["EmbeddedBroker", "Kafka", "Streaming"],
            swiftSettings: strict),
    ]
)
