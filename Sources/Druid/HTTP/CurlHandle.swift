internal import CCurl

/// A libcurl easy handle with what it points to.
///
/// Each option's return code is checked: an option that a build of libcurl does not know must not
/// be lost in silence, least of all one on security.
@safe struct CurlHandle: ~Copyable {
    private let handle: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>

    init() throws(TransportError) {
        guard CurlLibrary.isReady, let handle = unsafe curl_easy_init() else {
            throw TransportError(.failed, "libcurl cannot start")
        }
        unsafe self.handle = handle
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe errorText.deallocate()
    }

    /// Forgets all options, but keeps the connection.
    func reset() throws(TransportError) {
        unsafe curl_easy_reset(handle)
        unsafe errorText.pointee = 0
        try check(unsafe tidemark_curl_set_memory(handle, CURLOPT_ERRORBUFFER, errorText))
    }

    func set(_ option: CURLoption, _ value: Int) throws(TransportError) {
        try check(unsafe tidemark_curl_set_long(handle, option, value))
    }

    func set(_ option: CURLoption, _ text: String) throws(TransportError) {
        try check(unsafe tidemark_curl_set_text(handle, option, text))
    }

    /// The list must live until the exchange is over.
    func set(_ option: CURLoption, _ list: borrowing HeaderList) throws(TransportError) {
        try check(unsafe tidemark_curl_set_list(handle, option, list.head))
    }

    /// Sends `body`, if there is one, and lets `answer` receive what comes back.
    ///
    /// - Returns: libcurl's code; ``failureText`` tells more.
    func exchange(body: [UInt8]?, into answer: AnswerBuffer) throws(TransportError) -> CURLcode {
        // Unretained: the caller holds the object beyond the call, and libcurl uses these pointers
        // only during it.
        let context = unsafe Unmanaged.passUnretained(answer).toOpaque()
        try check(unsafe tidemark_curl_set_body_receiver(handle, receiveBody, context))
        try check(unsafe tidemark_curl_set_header_receiver(handle, receiveHeader, context))
        try check(unsafe tidemark_curl_set_progress(handle, reportProgress, context))
        try set(CURLOPT_NOPROGRESS, 0)
        guard let body else { return unsafe curl_easy_perform(handle) }
        try set(CURLOPT_POST, 1)
        try set(CURLOPT_POSTFIELDSIZE, body.count)
        let (code, accepted) = unsafe body.withUnsafeBufferPointer { buffer in
            let memory = unsafe UnsafeMutableRawPointer(mutating: buffer.baseAddress)
            let accepted = unsafe tidemark_curl_set_memory(handle, CURLOPT_POSTFIELDS, memory)
            return (unsafe curl_easy_perform(handle), accepted)
        }
        try check(accepted)
        return code
    }

    /// What libcurl says about the last failure; may be empty.
    var failureText: String { unsafe String(cString: errorText) }

    func number(_ info: CURLINFO) -> Int {
        var value = 0
        guard unsafe tidemark_curl_get_long(handle, info, &value) == CURLE_OK else { return 0 }
        return value
    }

    func text(_ info: CURLINFO) -> String? {
        var value: UnsafePointer<CChar>?
        let code = unsafe tidemark_curl_get_text(handle, info, &value)
        guard code == CURLE_OK, let value = unsafe value else { return nil }
        return unsafe String(cString: value)
    }

    private func check(_ code: CURLcode) throws(TransportError) {
        guard code == CURLE_OK else {
            let text = unsafe String(cString: curl_easy_strerror(code))
            throw TransportError(.failed, "libcurl refuses an option: \(text)")
        }
    }
}

/// Request headers for one exchange.
@safe struct HeaderList: ~Copyable {
    fileprivate let head: UnsafeMutablePointer<curl_slist>?

    init(_ lines: [String]) throws(TransportError) {
        var head: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = unsafe curl_slist_append(head, line) else {
                unsafe curl_slist_free_all(head)
                throw TransportError(.failed, "out of memory")
            }
            unsafe head = longer
        }
        unsafe self.head = head
    }

    deinit { unsafe curl_slist_free_all(head) }
}

/// What an exchange has received so far, never more than its limits.
final class AnswerBuffer {
    private(set) var body: [UInt8] = []
    private var headerBytes = 0
    private(set) var isTooLarge = false
    private let limit: Int
    private let shouldStop: () -> Bool

    /// Far above what any server of Druid sends.
    private static let headerLimit = 64 << 10

    init(limit: Int, shouldStop: @escaping () -> Bool) {
        self.limit = limit
        self.shouldStop = shouldStop
    }

    var isInterrupted: Bool { shouldStop() }

    /// False if the limit is passed: the exchange must end.
    fileprivate func append(body bytes: UnsafeRawBufferPointer) -> Bool {
        isTooLarge = isTooLarge || bytes.count > limit - body.count
        if !isTooLarge { unsafe body.append(contentsOf: bytes) }
        return !isTooLarge
    }

    fileprivate func count(headerBytes count: Int) -> Bool {
        headerBytes += count
        isTooLarge = isTooLarge || headerBytes > Self.headerLimit
        return !isTooLarge
    }
}

private func answer(_ context: UnsafeMutableRawPointer?) -> AnswerBuffer? {
    unsafe context.map { unsafe Unmanaged<AnswerBuffer>.fromOpaque($0).takeUnretainedValue() }
}

/// Called by libcurl; anything but the number of bytes ends the exchange.
private func receiveBody(
    _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let answer = unsafe answer(context) else { return 0 }
    let bytes = unsafe UnsafeRawBufferPointer(start: data, count: size &* count)
    return unsafe answer.append(body: bytes) ? bytes.count : 0
}

private func receiveHeader(
    _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let answer = unsafe answer(context) else { return 0 }
    return answer.count(headerBytes: size &* count) ? size &* count : 0
}

/// Called by libcurl about once a second, and whenever something moves; not 0 ends the exchange.
private func reportProgress(
    _ context: UnsafeMutableRawPointer?, _: curl_off_t, _: curl_off_t, _: curl_off_t,
    _: curl_off_t
) -> Int32 {
    unsafe answer(context)?.isInterrupted == true ? 1 : 0
}

private enum CurlLibrary {
    /// Starts libcurl on first use; a Swift `static let` runs once, whatever the threads.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
