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
        acos acosh add_months aes_decrypt aes_encrypt aggregate approx_count_distinct \
        approx_percentile array array_agg array_append array_contains array_distinct array_join \
        array_max array_min array_position array_remove array_repeat array_size array_sort \
        arrays_zip ascii asin asinh atan atan2 atanh base64 bin binary bit_and bit_count \
        bit_length bit_or bit_xor bitmap_count bitwise_not cardinality char chr collate \
        collect_list collect_set concat_array conv convert_timezone corr cos cosh cot \
        count_min_sketch covar_pop covar_samp crc32 csc cume_dist curdate current_date \
        current_time current_timestamp current_user date_format date_from_unix_date date_part \
        dateadd datepart dayname dense_rank e element_at elt encode equal_null exists explode \
        explode_outer expm1 factorial filter find_in_set flatten forall format_number \
        format_string from_csv from_json from_unixtime from_utc_timestamp get get_json_object \
        getbit grouping grouping_id hash hex histogram_numeric hll_sketch_agg inline \
        input_file_name json_tuple kurtosis lag lead levenshtein listagg locate log1p make_date \
        make_interval make_timestamp map map_concat map_entries map_filter map_from_arrays \
        map_keys map_values mask max_by md5 median min_by mode monotonically_increasing_id \
        monthname months_between next_day now nth_value ntile octet_length overlay parse_url \
        percent_rank percentile percentile_approx percentile_cont percentile_disc pmod \
        posexplode printf quote rand randn random rank reduce regexp regexp_count regexp_extract \
        regexp_extract_all regexp_like regexp_replace regexp_substr regr_count regr_intercept \
        regr_r2 regr_slope rlike row_number schema_of_json sec sentences sequence session_window \
        sha sha1 sha2 shiftleft shiftright shiftrightunsigned shuffle sin sinh size skewness \
        slice sort_array soundex space spark_partition_id split split_part stack str_to_map \
        string_agg substring_index tan tanh timestampadd timestampdiff to_binary to_char to_csv \
        to_json to_number to_timestamp_ntz to_unix_timestamp to_utc_timestamp transform try_avg \
        try_element_at try_mod try_sum try_to_date try_to_number try_to_timestamp typeof \
        unbase64 unhex uniform unix_date unix_timestamp user uuid variance_pop version weekday \
        weekofyear width_bucket window_time xxhash64 zip_with
        """
        .split { $0 == " " || $0 == "\n" }.map(String.init))
}
