internal import Streaming

/// A scalar function: its arity and how a call becomes an expression.
struct FunctionDefinition: Sendable {
    let arity: Arity
    let build: @Sendable (FunctionCall) throws(Fault) -> Analyzed

    init(_ arity: Arity, _ build: @escaping @Sendable (FunctionCall) throws(Fault) -> Analyzed) {
        self.arity = arity
        self.build = build
    }

    /// A function of operands of the types stated, of which the last ones may be left out.
    static func plain(
        _ function: ScalarFunction, _ parameters: [DataType], _ result: DataType
    ) -> FunctionDefinition {
        FunctionDefinition(.exactly(parameters.count)) { (call) throws(Fault) in
            var operands: [Expression] = []
            for (index, type) in parameters.enumerated() {
                operands.append(try call.operand(index, as: type))
            }
            return call.result(.call(function, operands), result)
        }
    }
}

/// How many arguments a function takes.
enum Arity: Sendable {
    case exactly(Int)
    case between(Int, Int)
    case atLeast(Int)

    func accepts(_ count: Int) -> Bool {
        switch self {
        case .exactly(let number): count == number
        case .between(let low, let high): (low...high).contains(count)
        case .atLeast(let number): count >= number
        }
    }

    var description: String {
        switch self {
        case .exactly(let number): "\(number)"
        case .between(let low, let high): "\(low) to \(high)"
        case .atLeast(let number): "at least \(number)"
        }
    }

    func mismatch(_ name: String, _ count: Int, at range: Range<Int>) -> Fault {
        Fault(
            "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
            "`\(name)` requires \(description) arguments, but there are \(count).", at: range)
    }
}

/// The scalar functions by their lower-case names.
enum FunctionCatalog {
    static let definitions: [String: FunctionDefinition] = {
        var all: [String: FunctionDefinition] = [:]
        for group in [
            numberFunctions, roundingFunctions, textFunctions, choiceFunctions, timeFunctions,
            castFunctions, structureFunctions,
        ] {
            for (names, definition) in group {
                for name in names.split(separator: " ") { all[String(name)] = definition }
            }
        }
        return all
    }()

    /// Names, set apart by blanks, of one function.
    typealias Group = [(String, FunctionDefinition)]

    /// Functions of Spark that are left out; refused by name rather than as unknown.
    static let leftOut: Set<String> = Set(
        """
        aes_decrypt aes_encrypt aggregate array array_agg array_contains array_distinct array_join \
        array_max array_min array_size array_sort arrays_zip ascii asin acos atan atan2 cos cosh sin \
        sinh tan tanh cot sec csc asinh acosh atanh base64 unbase64 bin hex unhex bit_count bit_and \
        bit_or bit_xor bit_length bitmap_count cardinality char chr collate concat_array conv crc32 \
        convert_timezone cume_dist curdate current_date current_time current_timestamp now \
        current_user date_format date_from_unix_date date_part datepart make_date make_timestamp \
        make_interval dayname monthname dense_rank e elt encode exists explode explode_outer expm1 \
        log1p factorial filter find_in_set flatten format_number format_string printf from_json \
        from_csv from_unixtime from_utc_timestamp to_utc_timestamp get get_json_object getbit grouping \
        grouping_id hash xxhash64 inline input_file_name json_tuple lag lead levenshtein locate map \
        map_concat map_entries map_filter map_from_arrays map_keys map_values mask md5 sha sha1 sha2 \
        monotonically_increasing_id months_between add_months next_day ntile octet_length overlay \
        parse_url percent_rank pmod posexplode quote rand randn random uniform rank regexp \
        regexp_count regexp_extract regexp_extract_all regexp_like regexp_replace regexp_substr rlike \
        row_number schema_of_json sentences sequence session_window shiftleft shiftright \
        shiftrightunsigned shuffle size slice sort_array soundex space spark_partition_id split \
        split_part stack str_to_map substring_index to_binary to_char to_csv to_json to_number \
        to_timestamp_ntz to_unix_timestamp unix_timestamp transform try_avg try_element_at try_mod \
        try_sum try_to_number try_to_timestamp typeof unix_date user uuid variance_pop version \
        weekday weekofyear width_bucket window_time zip_with timestampadd timestampdiff dateadd \
        element_at array_append array_position nth_value equal_null bitwise_not collect_list \
        collect_set approx_count_distinct approx_percentile percentile percentile_approx \
        percentile_cont percentile_disc median mode max_by min_by corr covar_pop covar_samp kurtosis \
        skewness regr_count regr_slope regr_intercept regr_r2 count_min_sketch histogram_numeric \
        listagg string_agg hll_sketch_agg try_to_date binary array_remove array_repeat reduce forall
        """
        .split { $0 == " " || $0 == "\n" }.map(String.init))
}
