import Foundation

/// How much memory the processor takes, and whether that stays so.
struct MemoryCases {
    let kafka: KafkaCases

    // MARK: Peaks

    func peaks(_ report: inout Report) throws {
        report.add(
            "resident memory, 10,000 keys at 50,000 records/s", "MiB", [try steadyPeak()])
        let backlog = Workload(keys: 10_000, records: 3_000_000)
        report.add(
            "peak memory while draining a backlog, 10,000 keys", "MiB", [try drain(backlog)])
        // A window has most keys, and up to five windows are open.
        var many = Workload(keys: 1_000_000, records: 15_000_000)
        many.readingsPerVehicle = 3
        report.add("peak memory, 1,000,000 keys", "MiB", [try drain(many)])
    }

    /// The shipped query with all its windows open: event time runs ten times as fast.
    private func steadyPeak() throws -> Double {
        let broker = try BrokerProcess()
        try broker.createTopic("readings")
        let query = try kafka.query(from: "readings", to: "rows")
        let processor = try kafka.processor(query, broker, group: "steady")
        let generator = try kafka.steadyGenerator(
            broker, entities: 10_000, interval: "200ms", 60, ["--speed", "10"])
        try generator.wait()
        usleep(1_500_000)
        processor.interrupt()
        let usage = try processor.wait()
        guard try broker.rows(in: "rows").rows > 40_000 else {
            throw WrongAnswer(description: "\(try broker.rows(in: "rows"))")
        }
        try broker.stop()
        return usage.peakMiB
    }

    private func drain(_ workload: Workload) throws -> Double {
        let broker = try BrokerProcess()
        try broker.createTopic("readings")
        let groups = try broker.preload("readings", workload)
        try broker.close("readings")
        let usage = try kafka.processor(
            kafka.query(from: "readings", to: "rows"), broker, group: "drain",
            ["--trigger", "available-now"]
        ).wait()
        try kafka.check(broker.rows(in: "rows"), rows: groups, readings: workload.records)
        try broker.stop()
        return usage.peakMiB
    }

    // MARK: Ten minutes

    /// Resident memory, descriptors and lag over `minutes` at 70 % of what the three programs
    /// together can do on this machine.
    func longRun(_ report: inout Report, minutes: Double) throws {
        let broker = try BrokerProcess()
        try broker.createTopic("readings", retentionBytes: 128 << 20)
        try broker.createTopic("rows", retentionBytes: 16 << 20)
        let query = try kafka.query(from: "readings", to: "rows")
        let windows = ["--set", "window_size=10 seconds", "--set", "watermark_delay=20 seconds"]
        let processor = try kafka.processor(query, broker, group: "long", windows)
        let most = try throughput(broker)
        let rate = 0.7 * most
        report.add("memory run: most that generator, broker and processor do", "records/s", [most])
        let interval = "\(Int(10_000 / rate * 1e6))us"
        let generator = try kafka.steadyGenerator(
            broker, entities: 10_000, interval: interval, Int(minutes * 60))
        var samples: [Sample] = []
        while generator.isRunning() {
            usleep(5_000_000)
            samples.append(
                Sample(
                    seconds: generator.age, bytes: processor.residentBytes,
                    descriptors: processor.fileDescriptors,
                    lag: try broker.lag(of: "long", in: "readings")))
        }
        processor.interrupt()
        try processor.wait()
        try broker.stop()
        samples.removeLast()
        try add(samples, rate, to: &report)
    }

    private struct Sample {
        var seconds: Double
        var bytes: Int
        var descriptors: Int
        var lag: Int
    }

    private func add(_ samples: [Sample], _ rate: Double, to report: inout Report) throws {
        let settled = samples.filter { $0.seconds >= 120 }
        guard let first = settled.first, let last = settled.last else {
            throw WrongAnswer(description: "the memory run takes more than two minutes")
        }
        let name = "memory run:"
        report.add("\(name) load", "records/s", [rate])
        report.add("\(name) length", "minutes", [last.seconds / 60])
        report.add(
            "\(name) resident after minute 2", "MiB", settled.map { Double($0.bytes) / 1_048_576 })
        // The mean of a minute at either end: single samples jump with what is in flight.
        let begin = Self.mean(settled.filter { $0.seconds < first.seconds + 60 })
        let end = Self.mean(settled.filter { $0.seconds > last.seconds - 60 })
        report.add("\(name) growth after minute 2", "%", [(end / begin - 1) * 100])
        report.add(
            "\(name) file descriptors, growth after minute 2", "",
            [Double(last.descriptors - first.descriptors)])
        report.add("\(name) lag", "records", settled.map { Double($0.lag) })
        report.add("\(name) lag in time", "s", settled.map { Double($0.lag) / rate })
    }

    private static func mean(_ samples: [Sample]) -> Double {
        samples.reduce(0) { $0 + Double($1.bytes) } / Double(max(1, samples.count))
    }

    /// Records a second that come through while the generator makes no pause.
    private func throughput(_ broker: BrokerProcess) throws -> Double {
        let generator = try kafka.steadyGenerator(broker, entities: 10_000, interval: "0", 20)
        func processed() throws -> Int {
            try broker.end(of: "readings") - broker.lag(of: "long", in: "readings")
        }
        usleep(8_000_000)
        let (before, begin) = (try processed(), generator.age)
        usleep(10_000_000)
        let rate = Double(try processed() - before) / (generator.age - begin)
        try generator.wait()
        let deadline = ContinuousClock.now + .seconds(120)
        while try broker.lag(of: "long", in: "readings") > 0 {
            guard ContinuousClock.now < deadline else {
                throw WrongAnswer(description: "the processor does not catch up")
            }
            usleep(200_000)
        }
        return rate
    }
}

extension ChildProgram.Usage {
    var peakMiB: Double { Double(peakBytes) / 1_048_576 }
}
