internal import CommandLineSupport
internal import Glibc
internal import Kafka
internal import Streaming
internal import Synchronization
internal import Vehicles

/// What the simulated vehicles of the demo send.
struct DemoTraffic {
    var entities: Int
    /// Event time passes so many times faster than the clock.
    var speed: Double
    var seed: UInt64
    /// Event time between two readings of a vehicle.
    var interval = TimeSpan.seconds(5)
    var disorder = TimeSpan.seconds(2)
    var lateShare = 0.001
    var malformedShare = 0.0005
    /// How far back event time starts, so that it can be faster than the clock.
    var history = TimeSpan.hours(24)
}

/// Sends the readings from a thread of its own.
///
/// It holds back while the processor lags: the broker's memory is small, and what falls out of it
/// would be lost.
final class DemoGenerator: Sendable {
    private let sent = Atomic<Int>(0)
    private let processed = Atomic<Int>(0)
    private let isStopping = Atomic<Bool>(false)
    private let hasStopped = Atomic<Bool>(false)
    private let traffic: DemoTraffic
    private let brokers: String
    private let topic: String
    /// So many readings may be on their way.
    private static let maximumLag = 20_000

    init(_ traffic: DemoTraffic, brokers: String, topic: String) {
        self.traffic = traffic
        self.brokers = brokers
        self.topic = topic
    }

    /// Readings handed to the broker so far.
    var sentReadings: Int { sent.load(ordering: .relaxed) }

    /// Tells how far the processor is.
    func noteProcessed(_ count: Int) { processed.store(count, ordering: .relaxed) }

    func start() throws(ExitError) {
        let producer: Producer
        do {
            producer = try Producer(KafkaProperties(brokers: brokers), log: logKafka)
        } catch {
            throw ExitError(.failure, error.description)
        }
        let work = Work(generator: self, producer: producer)
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(work).toOpaque()
        let code = unsafe pthread_create(
            &thread, nil,
            { context in
                // Balanced: retained for exactly this call.
                if let context = unsafe context {
                    unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run()
                }
                return nil
            }, context)
        guard code == 0 else {
            unsafe Unmanaged<Work>.fromOpaque(context).release()
            throw ExitError(.failure, "cannot start a thread: \(systemErrorText(code))")
        }
        pthread_detach(thread)
    }

    /// Asks the thread to end and waits for it.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        while !hasStopped.load(ordering: .acquiring) { usleep(5_000) }
    }

    /// What the thread owns.
    private final class Work {
        let generator: DemoGenerator
        let producer: Producer

        init(generator: DemoGenerator, producer: Producer) {
            self.generator = generator
            self.producer = producer
        }

        func run() {
            do throws(KafkaError) {
                try generator.send(with: producer)
            } catch {
                Log.error("the demo's generator has stopped: \(error)")
            }
            generator.hasStopped.store(true, ordering: .releasing)
        }
    }

    private func send(with producer: Producer) throws(KafkaError) {
        let topic = try producer.topic(topic)
        let clock = SystemTime()
        let began = clock.uptime()
        let start = clock.now() - traffic.history.microseconds
        let pause = Int64(Double(traffic.interval.microseconds) / traffic.speed)
        var readings = ReadingGenerator(
            ReadingOptions(
                seed: traffic.seed, disorder: traffic.disorder.microseconds,
                lateShare: traffic.lateShare, malformedShare: traffic.malformedShare))
        let message = ByteArena()
        let key = ByteArena()
        var iteration: Int64 = 0
        var due = began
        while !isStopping.load(ordering: .relaxed) {
            let now = clock.uptime()
            let lag = sentReadings - processed.load(ordering: .relaxed)
            let eventTime = start + iteration * traffic.interval.microseconds
            // Event time does not pass the clock: readings from the future are dead letters.
            if now < due || lag > Self.maximumLag || eventTime > clock.now() {
                producer.poll(timeoutMilliseconds: 2)
                continue
            }
            for entity in 1...traffic.entities {
                message.removeAll()
                key.removeAll()
                _ = readings.append(entity: entity, time: eventTime, to: message)
                ReadingGenerator.appendKey(entity: entity, to: key)
                try key.withSpan { key throws(KafkaError) in
                    try message.withSpan { value throws(KafkaError) in
                        try producer.produce(topic: topic, key: key, value: value)
                    }
                }
                sent.add(1, ordering: .relaxed)
            }
            producer.poll()
            iteration += 1
            due = max(due + pause, now - 1_000_000)
        }
    }
}
