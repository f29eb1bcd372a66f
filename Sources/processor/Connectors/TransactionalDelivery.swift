internal import CommandLineSupport
internal import Kafka
internal import Streaming

/// From Kafka to Kafka, exactly once: results, late records, dead letters and offsets become
/// visible in one transaction. Performs what a ``DeliveryMachine`` decides.
final class TransactionalDelivery: Delivery {
    private let sink: KafkaSink
    private let source: KafkaSource
    private let time: any TimeSource
    private var machine: DeliveryMachine
    /// Less would be made again from the log more often, where it could have been sent again.
    let partBytes = 8 << 20

    /// Less than `max.poll.interval.ms`, after which the group gives the partitions away.
    private static let timeLimit = TimeSpan.seconds(30)
    private static let leavingTimeLimit = TimeSpan.seconds(10)
    private static let pause = TimeSpan.milliseconds(200)
    private static let requestTimeout = 10_000

    /// - Parameter nameMayBeShared: whether the `transactional.id` comes from the user.
    init(
        _ sink: KafkaSink, source: KafkaSource, nameMayBeShared: Bool, time: any TimeSource
    ) {
        self.sink = sink
        self.source = source
        self.time = time
        machine = DeliveryMachine(nameMayBeShared: nameMayBeShared)
    }

    func deliver(_ pending: PendingOutput, isLeaving: Bool) throws -> DeliveryResult {
        let limit = isLeaving ? Self.leavingTimeLimit : Self.timeLimit
        let action: DeliveryAction
        if machine.isDelivering {
            action = machine.resume()
        } else {
            let changes = source.changes()
            guard machine.isOpen || !pending.isEmpty || !changes.isEmpty else {
                return .delivered
            }
            action = machine.deliver(
                changes.map(\.new), replacing: changes.map(\.old))
        }
        let offsets = machine.offsets
        switch try perform(action, pending, until: time.uptime() + limit.microseconds) {
        case .delivered?:
            source.noteCommitted(offsets)
            return .delivered
        case .lost?: return .lost
        case .settled?: preconditionFailure("an attempt does not end without an outcome")
        case .failed(let reason)?: throw ExitError(.failure, "cannot deliver: \(reason)")
        case nil: return .putOff
        }
    }

    /// Produces ahead of the rest and of the offsets. If the transaction is aborted, all of it is
    /// made again from the log.
    func deliverPart(_ pending: PendingOutput) -> Bool {
        guard machine.takesParts else { return false }
        if !machine.isOpen {
            guard perform(.begin, pending) == .done else { return false }
            machine.noteBegun()
        }
        let event = perform(.produce, pending)
        guard event == .done else {
            Log.write(.info) { "delivery: a part of the results: \(event)" }
            machine.notePartFailed()
            return false
        }
        machine.notePart()
        return true
    }

    func abandon() { machine.abandon() }

    func settle() throws {
        guard machine.isBusy, !machine.isDelivering else { return }
        let end = time.uptime() + Self.leavingTimeLimit.microseconds
        if case .failed(let reason)? = try perform(machine.resume(), PendingOutput(), until: end) {
            throw ExitError(.failure, "cannot start a transactional producer: \(reason)")
        }
    }

    func close() { sink.close() }

    /// Performs `first` and what follows from it; nil if it has not ended by then.
    private func perform(
        _ first: DeliveryAction, _ pending: PendingOutput, until end: Int64
    ) throws -> DeliveryOutcome? {
        var action = first
        while true {
            switch action {
            case .finish(let outcome): return outcome
            case .pause:
                guard time.uptime() < end else { return nil }
                time.wait(Self.pause)
                action = machine.resume()
            default:
                let event = perform(action, pending)
                if case .failed(let failure, let reason) = event {
                    Log.write(failure == .retry ? .debug : .info) {
                        "delivery: \(action): \(failure): \(reason)"
                    }
                }
                action = machine.next(after: event, now: time.uptime())
            }
        }
    }

    private func perform(_ action: DeliveryAction, _ pending: PendingOutput) -> DeliveryEvent {
        do throws(KafkaError) {
            switch action {
            case .makeProducer(let smaller): try sink.makeProducer(smaller: smaller)
            case .initTransactions:
                try sink.producer().initTransactions(timeoutMilliseconds: Self.requestTimeout)
            case .begin:
                _ = try sink.producer().takeFailure()
                try sink.producer().begin()
            case .produce: try sink.produce(pending)
            case .sendOffsets:
                guard let group = source.groupMetadata else {
                    return .failed(.membershipLost, reason: "no partitions are assigned")
                }
                try sink.producer().sendOffsets(machine.offsets, group: group)
            case .commit: try sink.producer().commit()
            case .abort: try sink.producer().abort()
            case .readCommitted:
                return .committed(try source.committed(machine.offsets.map(\.partition)))
            case .pause, .finish: preconditionFailure("not an action on a client")
            }
            return .done
        } catch {
            return .failed(failure(error), reason: error.description)
        }
    }

    /// A message that failed shows in the transaction as a failure of no kind of its own.
    private func failure(_ error: KafkaError) -> DeliveryFailure {
        let failure = error.deliveryFailure
        guard failure == .abort || error.code == .messageTooLarge else { return failure }
        let reason = (try? sink.producer().takeFailure()) ?? error
        return reason.code == .messageTooLarge && sink.canBeSmaller ? .tooLarge : failure
    }
}
