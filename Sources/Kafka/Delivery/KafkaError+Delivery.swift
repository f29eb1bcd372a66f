extension KafkaError {
    /// What a transactional call's error means for a delivery.
    ///
    /// Asked in the order that librdkafka prescribes: fatal, abort, retry; none of them is fatal.
    /// Being fenced is fatal whatever the flags say.
    public var deliveryFailure: DeliveryFailure {
        switch code {
        case .fenced, .producerFenced, .invalidProducerEpoch: return .fenced
        default: break
        }
        if isFatal { return .fatal }
        if requiresAbort {
            switch code {
            case .illegalGeneration, .unknownMember, .fencedInstance: return .membershipLost
            default: return .abort
            }
        }
        return isRetriable ? .retry : .fatal
    }
}
