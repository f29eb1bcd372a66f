internal import CommandLineSupport
internal import Druid

/// The tables of the query in `path`, as specs must agree with them.
func queryTables(_ path: String, variables: [String: String]) throws(ExitError) -> QueryTables {
    throw ExitError(.usage, "--query: not yet")
}
