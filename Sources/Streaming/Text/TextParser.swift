/// Text read as Spark reads it. Each function gives nil for text that it does not accept.
///
/// Numbers are in NumberParser.swift, FloatingPointParser.swift and DecimalParser.swift, times in
/// TimestampParser.swift.
public struct TextParser {
    let zones: ZoneCatalog
    /// The zones asked for so far, unknown ones too.
    var loaded: [String: ZoneRules?] = [:]
    /// There are about 600 names; beyond that somebody makes them up.
    static let maximumLoadedZones = 2048

    /// - Parameter zones: the rules of named time zones; each is loaded once.
    public init(zones: ZoneCatalog) { self.zones = zones }

    /// The rules of the zone named `name`, which is known to look like one.
    mutating func rules(ofZone name: String) -> ZoneRules? {
        if let known = loaded[name] { return known }
        if loaded.count >= Self.maximumLoadedZones { loaded.removeAll(keepingCapacity: true) }
        let rules = zones.load(name)
        loaded[name] = .some(rules)
        return rules
    }
}
