import Kafka
import Testing

/// The decisions of a delivery, one script each.
@Suite struct DeliveryMachineTests {
    private let new = [PartitionOffset(TopicPartition("raw", 0), offset: 20, metadata: "new")]
    private let old = [PartitionOffset(TopicPartition("raw", 0), offset: 10, metadata: "old")]
    private let other = [PartitionOffset(TopicPartition("raw", 0), offset: 30, metadata: "other")]

    private func ready(nameMayBeShared: Bool = false) -> DeliveryMachine {
        var machine = DeliveryMachine(nameMayBeShared: nameMayBeShared)
        #expect(machine.resume() == .makeProducer(smaller: false))
        #expect(machine.next(after: .done, now: 0) == .initTransactions)
        #expect(machine.next(after: .done, now: 0) == .finish(.settled))
        #expect(!machine.isBusy)
        return machine
    }

    /// Drives the machine along: each step is how an action ends and what comes next.
    private func expect(
        _ machine: inout DeliveryMachine, from first: DeliveryAction,
        _ steps: [(DeliveryEvent, DeliveryAction)],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var action = first
        for (event, next) in steps {
            action =
                action == .pause ? machine.resume() : machine.next(after: event, now: 0)
            #expect(action == next, sourceLocation: sourceLocation)
        }
    }

    private func failed(_ failure: DeliveryFailure) -> DeliveryEvent {
        .failed(failure, reason: "reason")
    }

    @Test func resultsAndOffsetsGoInOneTransaction() {
        var machine = ready()
        let first = machine.deliver(new, replacing: old)
        #expect(first == .begin)
        expect(
            &machine, from: first,
            [
                (.done, .produce), (.done, .sendOffsets), (.done, .commit),
                (.done, .finish(.delivered)),
            ])
        #expect(!machine.isBusy)
    }

    @Test func afterAnAbortTheSameIsSentAgain() {
        var machine = ready()
        expect(
            &machine, from: machine.deliver(new, replacing: old),
            [
                (.done, .produce), (.done, .sendOffsets), (failed(.abort), .abort),
                (.done, .begin), (.done, .produce), (.done, .sendOffsets), (.done, .commit),
                (.done, .finish(.delivered)),
            ])
    }

    @Test func aCommitThatMayBeRepeatedIsRepeatedAndNeverAborted() {
        var machine = ready()
        expect(
            &machine, from: machine.deliver(new, replacing: old),
            [
                (.done, .produce), (.done, .sendOffsets), (.done, .commit),
                (failed(.retry), .pause), (.done, .commit), (failed(.retry), .pause),
                (.done, .commit), (.done, .finish(.delivered)),
            ])
    }

    @Test func anUnknownOutcomeIsToldByWhatIsCommitted() {
        for (committed, next) in [
            (new, .finish(.delivered)), (old, .begin), (other, .finish(.lost)),
        ] as [([PartitionOffset], DeliveryAction)] {
            var machine = ready()
            expect(
                &machine, from: machine.deliver(new, replacing: old),
                [
                    (.done, .produce), (.done, .sendOffsets), (.done, .commit),
                    (failed(.fatal), .makeProducer(smaller: false)), (.done, .initTransactions),
                    (failed(.retry), .pause), (.done, .initTransactions), (.done, .readCommitted),
                    (.committed(committed), next),
                ])
        }
    }

    @Test func aLostMembershipAbortsAndGivesUp() {
        var machine = ready()
        expect(
            &machine, from: machine.deliver(new, replacing: old),
            [
                (.done, .produce), (.done, .sendOffsets), (failed(.membershipLost), .abort),
                (.done, .finish(.lost)),
            ])
        #expect(!machine.isBusy)
    }

    @Test func aNameThatTwoShareIsTold() {
        var machine = ready(nameMayBeShared: true)
        expect(
            &machine, from: machine.deliver(new, replacing: old),
            [
                (.done, .produce), (failed(.fenced), .makeProducer(smaller: false)),
                (.done, .initTransactions), (.done, .readCommitted), (.committed(old), .begin),
                (.done, .produce),
            ])
        let action = machine.next(after: failed(.fenced), now: 59_000_000)
        guard case .finish(.failed(let reason)) = action else {
            Issue.record("\(action)")
            return
        }
        #expect(reason.contains("--instance-id"))
    }

    @Test func aSizeThatIsRefusedMakesSmallerMessages() {
        var machine = ready()
        expect(
            &machine, from: machine.deliver(new, replacing: old),
            [
                (.done, .produce), (.done, .sendOffsets), (.done, .commit),
                (failed(.tooLarge), .makeProducer(smaller: true)), (.done, .initTransactions),
                (.done, .readCommitted), (.committed(old), .begin),
            ])
    }

    /// A machine with a part in its transaction.
    private func withPart() -> DeliveryMachine {
        var machine = ready()
        #expect(machine.takesParts && !machine.isOpen)
        machine.noteBegun()
        machine.notePart()
        #expect(machine.takesParts && machine.isOpen && !machine.isBusy)
        return machine
    }

    @Test func partsGoAheadInTheSameTransaction() {
        var machine = withPart()
        machine.notePart()
        expect(
            &machine, from: machine.deliver(new, replacing: old),
            [(.done, .sendOffsets), (.done, .commit), (.done, .finish(.delivered))])
        expect(
            &machine, from: machine.deliver(new, replacing: old),
            [(.done, .produce), (failed(.abort), .abort), (.done, .begin)])
    }

    @Test func aTransactionWithPartsIsNotSentAgain() {
        var machine = withPart()
        expect(
            &machine, from: machine.deliver(new, replacing: old),
            [(.done, .sendOffsets), (failed(.abort), .abort), (.done, .finish(.lost))])
        for (committed, outcome) in [
            (new, .delivered), (old, .lost), (other, .lost),
        ] as [([PartitionOffset], DeliveryOutcome)] {
            var machine = withPart()
            expect(
                &machine, from: machine.deliver(new, replacing: old),
                [
                    (.done, .sendOffsets), (.done, .commit),
                    (failed(.fatal), .makeProducer(smaller: false)), (.done, .initTransactions),
                    (.done, .readCommitted), (.committed(committed), .finish(outcome)),
                ])
            #expect(machine.takesParts)
        }
    }

    @Test func aPartThatFailsIsSentAgainUnlessAnotherHasGone() {
        var first = ready()
        first.noteBegun()
        first.notePartFailed()
        #expect(first.isBusy && !first.takesParts)
        expect(
            &first, from: first.deliver(new, replacing: old),
            [(.done, .begin), (.done, .produce)])
        var second = withPart()
        second.notePartFailed()
        #expect(second.resume() == .abort)
        expect(&second, from: .abort, [(.done, .finish(.settled))])
        #expect(!second.takesParts)
        #expect(second.deliver(new, replacing: old) == .finish(.lost))
        #expect(second.takesParts && !second.isBusy)
    }

    @Test func partsOfPartitionsThatGoAreAborted() {
        var machine = withPart()
        machine.abandon()
        #expect(machine.resume() == .abort)
        expect(&machine, from: .abort, [(.done, .finish(.settled))])
        #expect(machine.deliver(new, replacing: old) == .begin)
    }

    @Test func whatIsAbandonedIsAbortedUnlessItsCommitIsUnderWay() {
        var machine = ready()
        expect(
            &machine, from: machine.deliver(new, replacing: old),
            [(.done, .produce), (.done, .sendOffsets)])
        machine.abandon()
        #expect(machine.isBusy && machine.resume() == .abort)
        expect(&machine, from: .abort, [(.done, .finish(.settled))])
        expect(
            &machine, from: machine.deliver(new, replacing: old),
            [(.done, .produce), (.done, .sendOffsets), (.done, .commit), (failed(.retry), .pause)])
        machine.abandon()
        #expect(machine.resume() == .commit)
        expect(&machine, from: .commit, [(.done, .finish(.settled))])
    }

    /// The abandoned commit of an attempt, with the next attempt behind it.
    private func withAbandonedCommit() -> DeliveryMachine {
        var machine = ready()
        expect(
            &machine, from: machine.deliver(old, replacing: other),
            [(.done, .produce), (.done, .sendOffsets), (.done, .commit), (failed(.retry), .pause)])
        machine.abandon()
        #expect(machine.isBusy && !machine.isDelivering && !machine.takesParts)
        #expect(machine.deliver(new, replacing: old) == .commit)
        return machine
    }

    @Test func aDeliveryWaitsForTheAbandonedCommitBeforeIt() {
        var machine = withAbandonedCommit()
        expect(
            &machine, from: .commit,
            [
                (failed(.retry), .pause), (.done, .commit), (.done, .begin), (.done, .produce),
                (.done, .sendOffsets), (.done, .commit), (.done, .finish(.delivered)),
            ])
        machine = withAbandonedCommit()
        expect(&machine, from: .commit, [(failed(.abort), .abort), (.done, .begin)])
        machine = withAbandonedCommit()
        machine.abandon()
        #expect(machine.resume() == .commit)
        expect(&machine, from: .commit, [(.done, .finish(.settled))])
    }

    @Test func anAbandonedCommitThatIsLostTellsNothingOfTheNextDelivery() {
        for (committed, next) in [
            (old, .begin), (other, .finish(.lost)),
        ] as [([PartitionOffset], DeliveryAction)] {
            var machine = withAbandonedCommit()
            expect(
                &machine, from: .commit,
                [
                    (failed(.fatal), .makeProducer(smaller: false)), (.done, .initTransactions),
                    (.done, .readCommitted), (.committed(committed), next),
                ])
        }
    }

    @Test func resultsWithoutOffsetsAreNotSentAgainBlindly() {
        var machine = ready()
        expect(
            &machine, from: machine.deliver([], replacing: []),
            [
                (.done, .produce), (.done, .commit),
                (failed(.fatal), .makeProducer(smaller: false)),
                (.done, .initTransactions),
                (
                    .done,
                    .finish(
                        .failed(
                            reason: "whether the last results were committed is unknown: reason"))
                ),
            ])
    }

    @Test func whatNeverSucceedsEndsWithTheReason() {
        var machine = ready()
        var action = machine.deliver(new, replacing: old)
        var aborts = 0
        while aborts < 100 {
            if case .finish = action { break }
            switch action {
            case .pause: action = machine.resume()
            case .produce: action = machine.next(after: failed(.abort), now: 0)
            default:
                if action == .abort { aborts += 1 }
                action = machine.next(after: .done, now: 0)
            }
        }
        #expect(aborts == DeliveryMachine.maximumTroubles)
        #expect(action == .finish(.failed(reason: "reason")))
    }
}
