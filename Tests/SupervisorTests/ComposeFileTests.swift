import Foundation
import Testing

/// What must hold of `docker-compose.yml`, read as text: no Docker is needed for it.
@Suite struct ComposeFileTests {
    private let text: String
    private let lines: [Substring]
    private let settings: [String: String]

    init() throws {
        text = try String(
            contentsOf: repository.appending(path: "docker-compose.yml"), encoding: .utf8)
        lines = text.split(separator: "\n")
        let environment = try String(
            contentsOf: repository.appending(path: ".env"), encoding: .utf8)
        settings = Dictionary(
            uniqueKeysWithValues: environment.matches(of: /(?m)^([A-Z_]+)=(.*)$/)
                .map { (String($0.1), String($0.2)) })
    }

    /// The lines of each service.
    private var services: [String: [Substring]] {
        var result: [String: [Substring]] = [:]
        var name: String?
        for line in lines.drop(while: { $0 != "services:" }) {
            if let match = line.wholeMatch(of: #/  ([a-z]+):/#) { name = String(match.1) }
            if line == "volumes:" { break }
            if let name { result[name, default: []].append(line) }
        }
        return result
    }

    @Test func memoryLimitsAreThoseOfTheCommentAndWithin7GB() throws {
        let sum = try #require(text.firstMatch(of: /they sum to ([0-9]+)/))
        let stated = text.matches(of: /(?m)^#     ([a-z]+) +([0-9]+)\b/).map {
            "\($0.1) \($0.2)"
        }
        var total = 0
        for (name, lines) in services {
            let limits = lines.compactMap { $0.wholeMatch(of: #/ +mem_limit: ([0-9]+)m/#)?.1 }
            let limit = try #require(limits.first, "\(name)")
            #expect(stated.contains("\(name) \(limit)"))
            total += try #require(Int(limit))
        }
        #expect(services.count == 12)
        #expect(Int(sum.1) == total)
        #expect(total << 20 <= 7_000_000_000)
    }

    @Test func portsArePublishedOnLoopbackOnly() {
        let published = lines.filter { $0.contains(" ports:") }
        #expect(published.count == 2)
        for line in published {
            let isLocal = line.wholeMatch(of: #/ +ports: \["127\.0\.0\.1:\$\{[A-Z_]+\}:[0-9]+"\]/#)
            #expect(isLocal != nil, "\(line)")
        }
    }

    @Test func nothingSleepsAndEveryDependencyHasACondition() {
        #expect(!text.contains("sleep"))
        let names = services.keys
        for line in lines {
            guard let match = line.wholeMatch(of: #/ +([a-z]+): \{(.*)\}/#),
                names.contains(String(match.1))
            else { continue }
            #expect(match.2.contains("condition: service_"), "\(line)")
        }
    }

    @Test func everyImageHasAVersion() throws {
        for match in text.matches(of: /image: (.+)/) {
            let variable = try #require(match.1.wholeMatch(of: /\$\{([A-Z_]+)\}/), "\(match.1)")
            let image = try #require(settings[String(variable.1)])
            #expect(image.wholeMatch(of: /[a-z\/]+:[0-9]+\.[0-9.]+[a-z-]*/) != nil, "\(image)")
        }
    }

    @Test func everyVariableHasADefault() {
        for match in text.matches(of: /(?:^|[^$])\$\{([A-Za-z_]+)\}/) {
            #expect(settings[String(match.1)] != nil, "\(match.1)")
        }
    }

    @Test func theOnlyPasswordIsTheMetadataStores() {
        let secrets = lines.filter { $0.lowercased().contains("password") }
        #expect(secrets.count == 2)
        #expect(secrets.allSatisfy { $0.hasSuffix(": ${METADATA_PASSWORD}") })
    }
}
