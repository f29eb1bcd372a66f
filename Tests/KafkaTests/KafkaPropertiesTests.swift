import Testing

import Kafka

@Suite struct KafkaPropertiesTests {
    @Test(arguments: [
        ("no.such.property", "1"), ("acks", "many"), ("linger.ms", "-7"),
    ])
    func aWrongPropertyIsNamed(name: String, value: String) {
        var properties = KafkaProperties(brokers: "localhost:1")
        properties[name] = value
        let error = #expect(throws: KafkaError.self) {
            _ = try Producer(properties, log: { _ in })
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.description.contains(name) == true, "\(String(describing: error))")
    }

    @Test func propertiesThatContradictOneAnotherAreRefused() {
        var properties = KafkaProperties(brokers: "localhost:1")
        properties["acks"] = "1"  // with idempotence
        let error = #expect(throws: KafkaError.self) {
            _ = try Producer(properties, log: { _ in })
        }
        #expect(error?.description.contains("acks") == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        "sasl.password", "ssl.key.password", "ssl.key.pem", "sasl.oauthbearer.config",
        "sasl.oauthbearer.client.secret", "ssl.keystore.password",
    ])
    func aSecretIsNeverShown(name: String) {
        var properties = KafkaProperties(brokers: "localhost:1")
        properties[name] = "hush"
        #expect(KafkaProperties.isSecret(name))
        #expect(!properties.description.contains("hush"))
        #expect(properties.description.contains("\(name)=***"))
        properties["no.such.password"] = "hush"
        let error = #expect(throws: KafkaError.self) {
            _ = try Producer(properties, log: { _ in })
        }
        #expect(error?.description.contains("hush") == false)
    }

    @Test func aLaterValueReplacesAnEarlierOneAndDefaultsReplaceNothing() {
        var properties = KafkaProperties(brokers: "a:1")
        properties["acks"] = "1"
        properties["acks"] = "all"
        let merged = properties.withDefaults(["acks": "0", "linger.ms": "5"])
        #expect(merged.description == "bootstrap.servers=a:1 acks=all linger.ms=5")
    }

    @Test func cooperativeAssignorsAreRefused() {
        var properties = KafkaProperties(brokers: "localhost:1")
        properties["partition.assignment.strategy"] = "cooperative-sticky"
        let error = #expect(throws: KafkaError.self) {
            _ = try Consumer(properties, group: "group", log: { _ in })
        }
        #expect(error?.description.contains("partition.assignment.strategy") == true)
    }
}
