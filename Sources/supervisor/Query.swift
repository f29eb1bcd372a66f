internal import CommandLineSupport
internal import Druid
internal import StreamSQL
internal import Streaming

/// The topics of the query in `path` with their columns, as specs must agree with them.
///
/// - Parameter variables: values of `${name}`, which the query and the specs share.
func queryTables(_ path: String, variables: [String: String]) throws(ExitError) -> QueryTables {
    let bytes = try readFile(path, option: "--query", limit: 1 << 20)
    let text = String(decoding: bytes, as: UTF8.self)
    let pipeline: Pipeline
    do {
        pipeline = try Pipeline(text: text, variables: variables)
    } catch {
        throw ExitError(.usage, error.rendered(file: path, text: text))
    }
    var tables: [QueryTables.Table] = []
    if pipeline.source.connector == "kafka", let topic = pipeline.source.options["subscribe"] {
        tables.append(
            QueryTables.Table(topic: topic, schema: pipeline.source.schema, role: "the source"))
    }
    if let sink = pipeline.sink, sink.connector == "kafka", let topic = sink.options["topic"] {
        tables.append(
            QueryTables.Table(
                topic: topic, schema: pipeline.plan.outputSchema, role: "the result"))
    }
    guard !tables.isEmpty else {
        throw ExitError(.usage, "--query: \(path) neither reads nor writes a Kafka topic")
    }
    return QueryTables(query: path, tables: tables)
}
