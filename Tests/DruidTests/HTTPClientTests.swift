import DruidStandIn
import Foundation
import Synchronization
import Testing

@testable import Druid

@Suite struct HTTPClientTests {
    private static let minute: Int64 = 60_000_000

    private func failure(
        _ reply: StandInReply, timeLimit: Int64 = minute
    ) throws -> TransportError? {
        let server = StandInServer { _ in reply }
        defer { server.stop() }
        let client = try HTTPClient(server: ServerAddress(server.url))
        do {
            _ = try client.perform(HTTPRequest(.get, "/status"), timeLimit: timeLimit)
            return nil
        } catch {
            return error
        }
    }

    @Test func anAnswerArrivesWhole() throws {
        let server = StandInServer {
            .answer(status: 418, type: "Text/HTML; charset=utf-8", "\($0.method) \($0.target)")
        }
        defer { server.stop() }
        let client = try HTTPClient(server: ServerAddress(server.url + "/base/"))
        for path in ["/a?b=c", "/second"] {
            let response = try client.perform(HTTPRequest(.get, path), timeLimit: Self.minute)
            #expect(response.status == 418)
            #expect(response.contentType == "text/html")
            #expect(String(decoding: response.body, as: UTF8.self) == "GET /base\(path)")
        }
    }

    @Test func aPostSendsItsBodyAsJSON() throws {
        let server = StandInServer { _ in .answer(status: 200, "{}") }
        defer { server.stop() }
        let client = try HTTPClient(server: ServerAddress(server.url))
        let body = String(repeating: "{\"ä\": 1}", count: 1000)
        _ = try client.perform(
            HTTPRequest(.post(Array(body.utf8)), "/x"), timeLimit: Self.minute)
        _ = try client.perform(HTTPRequest(.post([]), "/y"), timeLimit: Self.minute)
        _ = try client.perform(HTTPRequest(.get, "/z"), timeLimit: Self.minute)
        let requests = server.requests
        #expect(requests.map(\.method) == ["POST", "POST", "GET"])
        #expect(requests.map(\.body) == [body, "", ""])
        #expect(requests[0].headers["content-type"] == "application/json")
        #expect(requests[0].headers["authorization"] == nil)
    }

    @Test func credentialsGoAlongWithTheFirstRequest() throws {
        let server = StandInServer { _ in .answer(status: 200, "{}") }
        defer { server.stop() }
        let client = try HTTPClient(
            server: ServerAddress(server.url),
            credentials: Credentials(user: "admin", password: "pä:ss"))
        _ = try client.perform(HTTPRequest(.get, "/x"), timeLimit: Self.minute)
        let expected = "Basic " + Data("admin:pä:ss".utf8).base64EncodedString()
        #expect(server.requests.map { $0.headers["authorization"] } == [expected])
    }

    @Test func aRedirectIsNotFollowed() throws {
        let server = StandInServer { _ in .redirect(to: "http://other.example/y") }
        defer { server.stop() }
        let client = try HTTPClient(server: ServerAddress(server.url))
        let response = try client.perform(HTTPRequest(.get, "/x"), timeLimit: Self.minute)
        #expect(response.status == 307)
        #expect(response.location == "http://other.example/y")
        #expect(server.requests.count == 1)
    }

    @Test func brokenAnswersAreTold() throws {
        #expect(try failure(.cutOff("{\"id\": \"abcdefgh\"}"))?.kind == .cutOff)
        #expect(try failure(.hangUp)?.kind == .cutOff)
        #expect(try failure(.endlessBody)?.kind == .tooLarge)
        #expect(try failure(.endlessHeader)?.kind == .tooLarge)
        #expect(try failure(.silence, timeLimit: 50_000)?.kind == .timedOut)
    }

    @Test func aPortWhereNobodyListensRefuses() throws {
        let server = StandInServer { _ in .hangUp }
        server.stop()
        // Port 1 of the loopback interface is privileged and unused.
        let client = try HTTPClient(server: ServerAddress("http://127.0.0.1:1"))
        let error = #expect(throws: TransportError.self) {
            try client.perform(HTTPRequest(.get, "/"), timeLimit: Self.minute)
        }
        #expect(error == TransportError(.notConnected, "connection refused"))
    }

    @Test(arguments: [nil, #filePath])
    func encryptionIsNotGivenUp(authorityFile: String?) throws {
        let server = StandInServer { _ in .answer(status: 200, "{}") }
        defer { server.stop() }
        let address = try ServerAddress(server.url.replacing("http:", with: "https:"))
        let client = try HTTPClient(server: address, authorityFile: authorityFile)
        let error = #expect(throws: TransportError.self) {
            try client.perform(HTTPRequest(.get, "/"), timeLimit: Self.minute)
        }
        #expect(error?.kind == .untrusted, "\(String(describing: error))")
        #expect(server.requests.isEmpty)
    }

    @Test func aStopEndsARequest() throws {
        let isAsked = Atomic<Bool>(false)
        let server = StandInServer { _ in
            isAsked.store(true, ordering: .sequentiallyConsistent)
            return .silence
        }
        defer { server.stop() }
        let client = try HTTPClient(
            server: ServerAddress(server.url),
            shouldStop: { isAsked.load(ordering: .sequentiallyConsistent) })
        let error = #expect(throws: TransportError.self) {
            try client.perform(HTTPRequest(.get, "/"), timeLimit: Self.minute)
        }
        #expect(error?.kind == .interrupted)
    }
}
