internal import CRdkafka

/// Who a consumer was when its partitions were assigned: group, generation, member. A transaction
/// that commits offsets proves with it that the partitions are still its own.
///
/// Taken in the assign callback only. Asking later can yield an anonymous member, whose commit a
/// broker accepts unchecked over the new owner's.
@safe public final class GroupMetadata {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe rd_kafka_consumer_group_metadata_destroy(pointer) }
}
