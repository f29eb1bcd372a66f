internal import Synchronization

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// An orderly stop on SIGINT or SIGTERM.
///
/// The first signal only sets a flag, which loops ask for between two pieces of work. The second
/// one leaves the process at once with the conventional code, 128 + signal.
public enum Shutdown {
    /// The first signal's number; 0 before it.
    fileprivate static let firstSignal = Atomic<Int32>(0)
    /// Write end of the pipe that ends a ``wait(upTo:)``; -1 where there is none.
    fileprivate static let wakeDescriptor = Atomic<Int32>(-1)
    private static let waitDescriptor = Atomic<Int32>(-1)

    /// Takes over SIGINT and SIGTERM. Call once, before other threads start.
    public static func install() {
        var ends: [Int32] = [-1, -1]
        if unsafe pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
            }
            waitDescriptor.store(ends[0], ordering: .relaxed)
            wakeDescriptor.store(ends[1], ordering: .relaxed)
        }
        // The handler must not be the first to touch these: their lazy initialisation takes a lock.
        _ = firstSignal.load(ordering: .sequentiallyConsistent)
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            // No SA_RESTART: a blocking call should return so that its loop sees the flag.
            #if canImport(Darwin)
                unsafe action.__sigaction_u.__sa_handler = handleSignal
            #else
                unsafe action.__sigaction_handler.sa_handler = handleSignal
            #endif
            unsafe sigemptyset(&action.sa_mask)
            unsafe sigaction(number, &action, nil)
        }
        // A parent may have handed down a mask in which these are blocked.
        var mask = sigset_t()
        unsafe sigemptyset(&mask)
        for number in [SIGINT, SIGTERM] { unsafe sigaddset(&mask, number) }
        unsafe pthread_sigmask(SIG_UNBLOCK, &mask, nil)
    }

    /// A signal has arrived: finish the work in hand and leave.
    public static var isRequested: Bool { firstSignal.load(ordering: .relaxed) != 0 }

    /// Waits for `span`, less if a stop is requested. Returns ``isRequested``.
    @discardableResult
    public static func wait(upTo span: TimeSpan) -> Bool {
        var remaining = span.microseconds
        let clock = SystemTime()
        let end = clock.uptime().addingReportingOverflow(remaining).partialValue
        while remaining > 0, !isRequested {
            let milliseconds = min((remaining + 999) / 1000, 3_600_000)
            var entry = pollfd(
                fd: waitDescriptor.load(ordering: .relaxed), events: Int16(POLLIN), revents: 0)
            // A descriptor of -1 is ignored: then only the time ends the wait.
            unsafe poll(&entry, 1, Int32(milliseconds))
            remaining = end - clock.uptime()
        }
        return isRequested
    }
}

/// Runs inside the signal: nothing but atomics, `write` and `_exit` is allowed here.
private func handleSignal(_ number: Int32) {
    let savedError = errno
    let isFirst = Shutdown.firstSignal.compareExchange(
        expected: 0, desired: number, ordering: .sequentiallyConsistent
    ).exchanged
    if !isFirst { _exit(128 + number) }
    var byte: UInt8 = 1
    _ = unsafe write(Shutdown.wakeDescriptor.load(ordering: .relaxed), &byte, 1)
    errno = savedError
}
