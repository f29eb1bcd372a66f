/// What the broker has to look at when its time has come.
///
/// A timer is a hint: whoever gets it checks whether there is still something to do, so none has
/// to be taken back.
enum Timer: Hashable {
    case fetch(Ticket)
    case transaction(String)
    case session(group: String, member: String)
    case pendingMember(group: String, member: String)
    /// The serial number tells a rebalance from later ones of the same group.
    case rebalance(group: String, serial: Int)
    case synchronization(group: String, generation: Int32)
    case retention
}

/// Timers by time: a binary heap. Those of the same millisecond come in the order of their making.
struct TimerQueue {
    private struct Entry {
        var time: Milliseconds
        var number: Int
        var timer: Timer

        func isBefore(_ other: Entry) -> Bool {
            time < other.time || (time == other.time && number < other.number)
        }
    }

    private var heap: [Entry] = []
    private var number = 0

    /// When the next timer is due; nil if there is none.
    var next: Milliseconds? { heap.first?.time }

    mutating func schedule(_ timer: Timer, at time: Milliseconds) {
        number += 1
        heap.append(Entry(time: time, number: number, timer: timer))
        var child = heap.count - 1
        while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes out the first timer that is due at `now`.
    mutating func popDue(_ now: Milliseconds) -> Timer? {
        guard let first = heap.first, first.time <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].isBefore(heap[least]) { least = child }
            }
            guard least != parent else { return first.timer }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
