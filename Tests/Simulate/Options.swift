/// What the command line asks for.
struct Options {
    var seeds: Range<UInt64> = 1..<2_001
    /// Records of the log that is restarted at every offset.
    var records = 10_000
    /// Not for one seed alone.
    var breaksRules = true

    struct UsageError: Error, CustomStringConvertible {
        let description = """
            usage: simulate [--seeds COUNT] [--from SEED] [--records COUNT]
                   simulate --seed SEED
            """
    }

    init(_ arguments: some Sequence<String>) throws(UsageError) {
        var count: UInt64 = 2_000
        var first: UInt64 = 1
        var rest = arguments.makeIterator()
        while let name = rest.next() {
            guard let value = rest.next().flatMap({ UInt32($0) }) else { throw UsageError() }
            switch name {
            case "--seeds": count = UInt64(value)
            case "--from": first = UInt64(value)
            case "--records": records = Int(value)
            case "--seed":
                (first, count) = (UInt64(value), 1)
                (records, breaksRules) = (0, false)
            default: throw UsageError()
            }
        }
        seeds = first..<first + count
    }
}
