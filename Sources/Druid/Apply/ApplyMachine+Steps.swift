/// What each phase makes of an answer.
extension ApplyMachine {
    mutating func identify(_ answer: DruidAnswer, _ byProxy: Bool) -> [ApplyEvent] {
        if case .document(let document) = answer, let status = ServiceStatus(document) {
            return identified(status)
        }
        if byProxy {
            // Not a Router, or one without the proxy: the service's own answer decides.
            phase = .identifying(byProxy: false)
            return []
        }
        if case .forbidden = answer {
            phase = .reading(0)
            return [.unverified(reason: "the user may not read Druid's status")]
        }
        return fail(unusable(answer))
    }

    private func unusable(_ answer: DruidAnswer) -> String {
        "\(server) cannot be used as Druid: \(text(answer))"
    }

    private mutating func identified(_ status: ServiceStatus) -> [ApplyEvent] {
        self.status = status
        guard status.hasKafkaExtension else {
            return fail(
                "Druid \(status.version) at \(server) has not loaded "
                    + "\(ServiceStatus.kafkaExtension): \(Self.loadingAdvice)")
        }
        phase = specs.isEmpty ? .finished(.applied) : .reading(0)
        return [.connected(server, version: status.version)]
    }

    private static let loadingAdvice =
        "add it to druid.extensions.loadList of the Overlord and the MiddleManagers (with Docker "
        + "the variable druid_extensions_loadList of every Druid service) and restart them"

    mutating func compare(_ answer: DruidAnswer, _ index: Int, _ now: Int64) -> [ApplyEvent] {
        let spec = specs[index]
        switch answer {
        case .notFound:
            phase = .submitting(index, before: nil)
            return []
        case .document(let running):
            // A server of 33 or later compares by itself, and more exactly.
            let decidesHere = status?.skipsUnmodified != true
            if decidesHere, SpecComparison.isSame(stated: spec.document, running: running) {
                advance(after: index, now)
                return [.unchanged(id: spec.id, restarted: false)]
            }
            phase = .submitting(index, before: running)
            return []
        default: return fail("Druid does not show the supervisor \(spec.id): \(text(answer))")
        }
    }

    mutating func submitted(
        _ answer: DruidAnswer, _ index: Int, _ before: JSONValue?, _ now: Int64
    ) -> [ApplyEvent] {
        let spec = specs[index]
        guard case .document(let document) = answer, let name = document["id"]?.text else {
            var message = "Druid refuses \(spec.file): \(text(answer))"
            if case .rejected(let text) = answer, text.contains("resolve type id 'kafka'") {
                message += "; it has not loaded \(ServiceStatus.kafkaExtension): "
                message += Self.loadingAdvice
            }
            return fail(message)
        }
        guard name == spec.id else {
            return fail(
                "Druid calls the supervisor of \(spec.file) \(printable(name, limit: 100)), not "
                    + "\(spec.id): this version does not know the field \"id\"; remove it")
        }
        guard let before else {
            advance(after: index, now)
            return [.created(id: spec.id)]
        }
        phase = .rereading(index, before: before)
        return []
    }

    mutating func reread(
        _ answer: DruidAnswer, _ index: Int, _ before: JSONValue, _ now: Int64
    ) -> [ApplyEvent] {
        let id = specs[index].id
        guard case .document(let after) = answer else {
            return fail("Druid does not show the supervisor \(id) any more: \(text(answer))")
        }
        advance(after: index, now)
        guard after == before else { return [.updated(id: id)] }
        return [.unchanged(id: id, restarted: status?.skipsUnmodified != true)]
    }

    mutating func follow(_ answer: DruidAnswer, _ place: Int, _ now: Int64) -> [ApplyEvent] {
        let index = pending[place]
        let id = specs[index].id
        if case .notFound = answer {
            return fail("the supervisor \(id) has gone: somebody terminated it meanwhile")
        }
        guard case .document(let document) = answer, let status = SupervisorStatus(document) else {
            return fail("Druid does not show the state of \(id): \(text(answer))")
        }
        let last = lastStatus.updateValue(status, forKey: index)
        if status.isSettled(suspended: specs[index].isSuspended) {
            pending.remove(at: place)
            continueFollowing(at: place, now)
            return [.running(id: id, status)]
        }
        continueFollowing(at: place + 1, now)
        let isNews =
            last?.stateText != status.stateText || last?.recentErrors != status.recentErrors
        return isNews ? [.progress(id: id, status)] : []
    }

    /// On to the next pending supervisor, or around again after a pause.
    private mutating func continueFollowing(at place: Int, _ now: Int64) {
        if pending.isEmpty {
            phase = .finished(.applied)
        } else if place < pending.count {
            phase = .following(place)
        } else if now >= followDeadline {
            phase = .finished(.failed(unsettledText))
        } else {
            phase = .following(0)
            pause = min(Self.followPause, followDeadline - now)
        }
    }

    private var unsettledText: String {
        let lines = pending.map { index in
            let id = specs[index].id
            guard let status = lastStatus[index] else { return "\(id): unknown" }
            var text = "\(id): \(status.stateText)"
            if let explanation = status.explanation { text += "; \(explanation)" }
            if let error = status.recentErrors.last { text += "; last error: \(error)" }
            return text
        }
        return "not running healthily within the time of --wait: " + lines.joined(separator: " | ")
    }
}
