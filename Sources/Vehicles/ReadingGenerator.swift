public import Streaming

/// Makes the messages of simulated vehicles: temperature N(20, 1), humidity N(35, 5), each with
/// two decimals.
///
///     {"time":"2026-11-20T21:00:00.123Z","entity":17,"temp":20.13,"humidity":35.02}
///
/// The messages are a function of the options and of the calls. Temperatures and humidities depend
/// on the seed alone, not on disorder, late or malformed shares. No call allocates once the arena
/// has reached its working size.
public struct ReadingGenerator: ~Copyable {
    private let disorder: UInt64
    private let malformedBelow: UInt64
    private let lateBelow: UInt64
    private var values: RandomSource
    private var troubles: RandomSource
    private var minute = MinuteText()

    public init(_ options: ReadingOptions) {
        disorder = UInt64(options.disorder)
        malformedBelow = Self.threshold(options.malformedShare)
        lateBelow = Self.threshold(options.malformedShare + options.lateShare)
        values = RandomSource(seed: options.seed)
        // A second stream, apart from the first because of its other seed.
        troubles = RandomSource(seed: options.seed ^ 0x7469_6465_6D61_726B)
    }

    /// Appends the next message of `entity` to `output`, without a line break.
    ///
    /// - Parameter time: event time in microseconds, 1970 or later, before disorder and lateness,
    ///   which do not go back beyond 1970.
    public mutating func append(entity: Int, time: Int64, to output: ByteArena) -> ReadingKind {
        let (temperature, humidity) = values.nextNormalPair()
        let draw = troubles.next()
        var eventTime = time
        if disorder > 0 { eventTime -= Int64(troubles.next(below: disorder + 1)) }
        let isMalformed = draw < malformedBelow
        let isLate = !isMalformed && draw < lateBelow
        if isLate { eventTime -= ReadingOptions.lateness }

        let start = output.count
        output.append("{\"time\":\"")
        minute.append(max(eventTime, 0), to: output)
        output.append("Z\",\"entity\":")
        Self.append(integer: UInt64(entity), to: output)
        output.append(",\"temp\":")
        Self.append(hundredths: Int64((2000 + 100 * temperature).rounded()), to: output)
        output.append(",\"humidity\":")
        Self.append(hundredths: Int64((3500 + 500 * humidity).rounded()), to: output)
        output.append(UInt8(ascii: "}"))
        if isMalformed {
            spoil(output, from: start, entity: entity)
            return .malformed
        }
        return isLate ? .late : .regular
    }

    /// Appends the key of the messages of `entity`: its number as text.
    public static func appendKey(entity: Int, to output: ByteArena) {
        append(integer: UInt64(entity), to: output)
    }

    /// Turns the message that begins at `start` into one that no reader should accept.
    private mutating func spoil(_ output: ByteArena, from start: Int, entity: Int) {
        let kind = troubles.next(below: 5)
        if kind == 0 {
            // At least one byte stays, and at least the last brace goes.
            let cut = 1 + Int(troubles.next(below: UInt64(output.count - start - 1)))
            output.truncate(to: start + cut)
            return
        }
        output.truncate(to: start)
        switch kind {
        case 1:
            output.append("sensor of entity ")
            Self.append(integer: UInt64(entity), to: output)
            output.append(" is offline")
        case 2:
            output.append("{\"time\" \"2026-11-20T21:00:00.000Z\",\"entity\":")
            Self.append(integer: UInt64(entity), to: output)
            output.append("}")
        case 3:
            output.append("{\"time\":\"yesterday\",\"entity\":")
            Self.append(integer: UInt64(entity), to: output)
            output.append(",\"temp\":20.00,\"humidity\":35.00}")
        default:
            output.append("{\"entity\":")
            Self.append(integer: UInt64(entity), to: output)
            output.append(",\"temp\":20.00,\"humidity\":35.00}")
        }
    }

    /// The share as a bound for 64 random bits.
    private static func threshold(_ share: Double) -> UInt64 {
        share >= 1 ? .max : UInt64(share * 0x1p64)
    }

    private static func append(hundredths value: Int64, to output: ByteArena) {
        if value < 0 { output.append(UInt8(ascii: "-")) }
        let (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: 100)
        append(integer: whole, to: output)
        output.append(UInt8(ascii: "."))
        Vehicles.append(twoDigits: rest, to: output)
    }

    private static func append(integer value: UInt64, to output: ByteArena) {
        if value < 10 { return output.append(digit(value)) }
        if value < 100 { return Vehicles.append(twoDigits: value, to: output) }
        var length = 3
        var limit: UInt64 = 1000
        while value >= limit, length < 19 {
            length += 1
            limit *= 10
        }
        if value >= limit { length += 1 }
        let start = output.appendUninitialized(length)
        var rest = value
        for index in (start..<start + length).reversed() {
            output[index] = digit(rest % 10)
            rest /= 10
        }
    }
}

/// The two digits of a number below 100.
@inline(__always)
func append(twoDigits value: UInt64, to output: ByteArena) {
    output.append(digit(value / 10))
    output.append(digit(value % 10))
}

@inline(__always)
func digit(_ value: UInt64) -> UInt8 { UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value) }
