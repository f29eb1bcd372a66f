internal import CommandLineSupport
internal import Streaming
internal import Vehicles

/// One run of the generator: iterations on time, each with a reading of every entity.
struct GenerationRun<Sink: ReadingSink, Time: TimeSource>: ~Copyable {
    private let entities: Int
    private let timing: Timing
    private let sink: Sink
    private let time: Time
    private let isStopped: () -> Bool
    private var generator: ReadingGenerator
    private let message = ByteArena(capacity: 256)
    private let key = ByteArena(capacity: 32)
    private(set) var totals = Totals()

    /// What has been handed to the sink.
    struct Totals: Equatable {
        var iterations = 0
        var records = 0
        var late = 0
        var malformed = 0
        var bytes = 0

        mutating func count(_ kind: ReadingKind, bytes: Int) {
            records += 1
            self.bytes += bytes
            switch kind {
            case .regular: break
            case .late: late += 1
            case .malformed: malformed += 1
            }
        }
    }

    init(
        entities: Int, readings: ReadingOptions, timing: Timing, sink: Sink, time: Time,
        isStopped: @escaping () -> Bool
    ) {
        self.entities = entities
        self.timing = timing
        self.sink = sink
        self.time = time
        self.isStopped = isStopped
        generator = ReadingGenerator(readings)
    }

    /// Runs to the end of the duration or until stopped, then waits for what is in flight.
    mutating func run() throws {
        let began = time.uptime()
        var progress = Progress(began: began)
        while !isStopped() {
            let elapsed = time.uptime() - began
            guard let due = timing.due(iteration: totals.iterations, elapsed: elapsed) else {
                break
            }
            if due > elapsed {
                // In short waits, so that the sink and the progress do not stand still.
                let pause = min(due - elapsed, 100_000)
                try sink.wait(TimeSpan(microseconds: pause), time: time)
            } else {
                let eventTime = timing.clock.time(after: due)
                if timing.stopsAtTheClock, eventTime > time.now() {
                    Log.info("event time has reached the clock: stopping")
                    break
                }
                try iterate(at: eventTime)
            }
            progress.show(totals, sink, now: time.uptime())
        }
        progress.clear()
        defer { progress.summarize(totals, sink, now: time.uptime()) }
        try sink.finish()
    }

    private mutating func iterate(at eventTime: Int64) throws {
        // Taken once: from the stored properties each would be retained anew for every reading.
        let (message, key, sink) = (message, key, sink)
        for entity in 1...entities {
            // Large fleets take long: a stop should not wait for all of them.
            if entity % 1024 == 0, isStopped() { break }
            message.removeAll()
            key.removeAll()
            let kind = generator.append(entity: entity, time: eventTime, to: message)
            ReadingGenerator.appendKey(entity: entity, to: key)
            try key.withSpan { key in
                try message.withSpan { try sink.send(key: key, message: $0) }
            }
            totals.count(kind, bytes: message.count)
        }
        totals.iterations += 1
        try sink.endIteration()
    }
}
