import Testing

@testable import Druid

@Suite struct DruidAnswerTests {
    private func answer(
        _ status: Int, _ body: String = "", type: String = "application/json", to: String? = nil
    ) -> DruidAnswer {
        DruidAnswer(
            HTTPResponse(status: status, contentType: type, location: to, body: Array(body.utf8)))
    }

    @Test func bothShapesOfErrorBodiesAreRead() {
        #expect(answer(400, #"{"error":"bad spec"}"#) == .rejected("bad spec"))
        let long = #"{"error":"druidException","category":"INVALID_INPUT","errorMessage":"why"}"#
        #expect(answer(400, long) == .rejected("why"))
        #expect(answer(400, "plain\nwords", type: "text/plain") == .rejected("plain words"))
        #expect(answer(400) == .rejected("no message"))
    }

    @Test func longMessagesAreCut() {
        guard case .rejected(let text) = answer(400, String(repeating: "x", count: 9999)) else {
            Issue.record("not rejected")
            return
        }
        #expect(text.count == 500)
    }

    @Test(arguments: [502, 503, 504, 429])
    func aServerThatIsNotReadyIsAskedAgain(status: Int) {
        guard case .notReady(_, isServerError: false) = answer(status, "<html>Bad</html>") else {
            Issue.record("\(answer(status))")
            return
        }
    }

    @Test func whyAServerIsNotReadyIsSaid() {
        #expect(
            answer(503) == .notReady(reason: "no Overlord leads yet", isServerError: false))
        let starting = #"{"error":"SupervisorManager not started"}"#
        #expect(
            answer(500, starting)
                == .notReady(reason: "the Overlord is starting", isServerError: false))
        #expect(
            answer(500, #"{"error":"boom"}"#)
                == .notReady(reason: "HTTP 500: boom", isServerError: true))
    }

    @Test(arguments: [401, 415, 301, 405, 418])
    func whatWillNotChangeIsNotAskedAgain(status: Int) {
        guard case .failed = answer(status, "<html><body>no</body></html>", type: "text/html")
        else {
            Issue.record("\(answer(status))")
            return
        }
    }

    @Test func aPageWithStatus200IsNotTakenForDruid() {
        let page = "<!DOCTYPE html><style>a{}</style><title>Login</title><p>Sign in</p>"
        guard case .failed(let text) = answer(200, page, type: "text/html") else {
            Issue.record("taken for an answer")
            return
        }
        #expect(text.contains("HTML page"))
        #expect(text.contains("Login Sign in"))
        #expect(!text.contains("a{}"))
    }

    @Test func aRedirectTellsItsTargetWithoutSecrets() {
        let target = "http://user:secret@leader:8081/x?token=secret"
        guard case .failed(let text) = answer(307, to: target) else {
            Issue.record("followed")
            return
        }
        #expect(text.contains("http://leader:8081/x"))
        #expect(!text.contains("secret"))
    }

    @Test func idsAreOneSegmentOfThePath() {
        #expect(
            DruidCall.terminate(id: "a/../b c%").request.path
                == "/druid/indexer/v1/supervisor/a%2F%2E%2E%2Fb%20c%25/terminate")
    }

    @Test(arguments: [
        ("http://localhost:8888", "http://localhost:8888"), ("HTTPS://Host/", "https://host"),
        ("http://[::1]:80/druid/", "http://[::1]:80/druid"),
    ])
    func addressesAreTidied(text: String, tidy: String) throws {
        #expect(try ServerAddress(text).text == tidy)
    }

    @Test(arguments: [
        "", "localhost:8888", "ftp://x", "http://", "http://:80", "http://h:0", "http://h:99999",
        "http://h:x", "http://h?a", "http://h#a", "http://h /", "http://u:secret@h", "http://[::1",
        "http://::1:80",
        "file:///etc/passwd",
    ])
    func addressesThatWeDoNotWantAreRefused(text: String) {
        let error = #expect(throws: ServerAddress.Invalid.self) { try ServerAddress(text) }
        #expect(error.map { !$0.description.contains("secret") } == true)
    }

    @Test func credentialsDoNotPrint() {
        let credentials = Credentials(user: "admin", password: "secret")
        var dumped = ""
        dump(credentials, to: &dumped)
        #expect(!"\(credentials)\(String(reflecting: credentials))\(dumped)".contains("secret"))
    }
}
