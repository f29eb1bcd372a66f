import Kafka
import Streaming

/// The calls of a delivery, one a step.
extension SimulatedProcessor {
    func startDelivery() {
        lastCommit = cluster.now
        let changed = assigned.keys.sorted().filter {
            (broken == .commitsReplay || !run.engine.isReplaying($0))
                && progress(of: $0) != assigned[$0]!
        }
        guard machine.isOpen || !pending.isEmpty || !changed.isEmpty, !machine.isDelivering else {
            return
        }
        counts[.unsettled] += machine.isBusy ? 1 : 0
        hasParts = machine.isOpen
        goOn(machine.deliver(changed.map(progress), replacing: changed.map { assigned[$0]! }))
    }

    /// Sends what is pending ahead of the rest and of the offsets. To begin a transaction is no
    /// call to Kafka, so that this is one.
    func deliverPart(_ random: inout Random) {
        guard machine.takesParts, !pending.isEmpty else { return }
        if !machine.isOpen { machine.noteBegun() }
        let isRefused =
            random.chance(3)
            || cluster.produce(
                name, epoch: epoch, pending, messageLimit: messageLimit, advances: advances) != nil
        guard !isRefused, !random.chance(4) else {
            counts[.failedParts] += 1
            return machine.notePartFailed()
        }
        counts[.parts] += 1
        if broken != .forgetsParts { machine.notePart() }
        pending = []
        advances = []
    }

    func goOn(_ next: DeliveryAction) {
        guard case .finish(let outcome) = next else { return action = next }
        action = nil
        switch outcome {
        case .delivered:
            for offset in sent { assigned[Int(offset.partition.partition)] = offset }
            pending = []
            advances = []
        case .lost:
            counts[.lostParts] += hasParts ? 1 : 0
            giveBack()
            if case .running = stage { stage = .outside }
        case .settled: break
        case .failed(let reason): violations.append("gave up: \(reason)")
        }
    }

    /// Performs a call; it may not get through, or its answer may be lost.
    func perform(_ action: DeliveryAction, _ random: inout Random) {
        if case .leaving(let left) = stage {
            guard left > 0 else { return giveBack() }
            stage = .leaving(left - 1)
        }
        if action == .pause {
            // What an earlier delivery left is given only so much time at once.
            guard machine.isDelivering || !random.chance(20) else { return }
            return goOn(machine.resume())
        }
        if machine.isDelivering { sent = machine.offsets }
        let isSilent = cluster.coordinatorIsSilent && asksCoordinator(action)
        if random.chance(isSilent ? 50 : 3) {
            count(failed: action)
            return goOn(machine.next(after: .failed(.retry, reason: "not sent"), now: 0))
        }
        var event = call(action)
        if isSilent {
            count(failed: action)
            event = .failed(.retry, reason: "no answer in time")
        } else if event == .done, random.chance(4), let failure = lostAnswer(to: action, &random) {
            counts[.lostAnswers] += 1
            count(failed: action)
            event = .failed(failure, reason: "lost answer")
        }
        goOn(machine.next(after: event, now: Int64(cluster.now) * 1000))
    }

    private func asksCoordinator(_ action: DeliveryAction) -> Bool {
        switch action {
        case .initTransactions, .commit, .abort: true
        case .makeProducer, .begin, .produce, .sendOffsets, .readCommitted, .pause, .finish: false
        }
    }

    /// What a client makes of an answer that it does not get; nil where there is none to get.
    private func lostAnswer(
        to action: DeliveryAction, _ random: inout Random
    ) -> DeliveryFailure? {
        switch action {
        case .makeProducer, .begin, .readCommitted, .pause, .finish: nil
        case .initTransactions: .retry
        // librdkafka knows what it has sent: a repeated produce is no second one.
        case .produce: .abort
        case .sendOffsets, .commit, .abort: random.chance(50) ? .retry : .fatal
        }
    }

    private func count(failed action: DeliveryAction) {
        switch action {
        case .makeProducer: counts[.failedMakes] += 1
        case .initTransactions: counts[.failedInits] += 1
        case .begin: counts[.failedBegins] += 1
        case .produce: counts[.failedProduces] += 1
        case .sendOffsets: counts[.failedOffsets] += 1
        case .commit: counts[.failedCommits] += 1
        case .abort: counts[.failedAborts] += 1
        case .readCommitted: counts[.failedReads] += 1
        case .pause, .finish: break
        }
    }

    private func call(_ action: DeliveryAction) -> DeliveryEvent {
        switch action {
        case .makeProducer(let smaller):
            if smaller { messageLimit /= 2 }
            return .done
        case .initTransactions: epoch = cluster.initTransactions(name)
        case .begin: return .done
        case .produce:
            return event(
                cluster.produce(
                    name, epoch: epoch, pending, messageLimit: messageLimit, advances: advances))
        case .sendOffsets: return sendOffsets()
        case .commit: return event(cluster.end(name, epoch: epoch, commits: true))
        case .abort: return event(cluster.end(name, epoch: epoch, commits: false))
        case .readCommitted: return readCommitted()
        case .pause, .finish: break
        }
        return .done
    }

    private func sendOffsets() -> DeliveryEvent {
        if knowsOfLoss { violations.append("delivers for partitions that are lost") }
        var identity = (member, generation)
        if broken == .asksWhoItIsLate {
            // What librdkafka says of itself once it knows that it is out of the group.
            let isMember = cluster.group.members[member] != nil
            identity = isMember ? (member, cluster.group.generation) : ("", -1)
        } else if member.isEmpty || generation < 0 {
            violations.append("a commit by a nobody")
        }
        return event(
            cluster.sendOffsets(
                name, epoch: epoch, machine.offsets,
                replacing: machine.offsets.map { assigned[Int($0.partition.partition)]! },
                member: identity.0, generation: identity.1))
    }

    private func readCommitted() -> DeliveryEvent {
        let partitions = machine.offsets.map(\.partition)
        counts[.uncertain] += 1
        if broken == .resendsBlindly {
            return .committed(partitions.map { assigned[Int($0.partition)]! })
        }
        guard let offsets = cluster.readCommitted(partitions) else {
            return .failed(.retry, reason: "unstable")
        }
        return .committed(offsets)
    }

    private func event(_ failure: DeliveryFailure?) -> DeliveryEvent {
        failure.map { .failed($0, reason: "refused") } ?? .done
    }
}
