import ArgumentParser
import Testing

@testable import CommandLineSupport

struct EnvironmentOptionsTests {
    @Test func anOptionCanComeFromAVariable() throws {
        let command = try #require(
            request("", ["TIDEMARK_ENTITIES": "7", "TIDEMARK_MAX_BATCH": "5"]).command)
        #expect(command.entities == 7)
        #expect(command.maxBatch == 5)
        #expect(command.interval == .seconds(5))
    }

    @Test func anOptionWithACustomNameHasAVariableOfThatName() throws {
        let command = try #require(request("", ["TIDEMARK_FOR": "3m"]).command)
        #expect(command.length == .minutes(3))
    }

    @Test(arguments: ["--entities 9", "--entities=9", "run --entities 9", "q.sql --entities 9"])
    func theCommandLineWinsOverTheVariable(arguments: String) throws {
        let environment = ["TIDEMARK_ENTITIES": "not even a number"]
        let command = try #require(request(arguments, environment).command)
        #expect(command.entities == 9)
    }

    @Test func aShortOptionWinsToo() throws {
        let command = try #require(request("-m 3", ["TIDEMARK_MAX_BATCH": "x"]).command)
        #expect(command.maxBatch == 3)
    }

    @Test func thePositionalArgumentStays() throws {
        let command = try #require(request("q.sql", ["TIDEMARK_ENTITIES": "7"]).command)
        #expect(command.query == "q.sql")
        #expect(command.entities == 7)
    }

    @Test(arguments: [("1", true), ("true", true), ("YES", true), ("0", false), ("no", false)])
    func aFlagTakesATruthValue(value: String, expected: Bool) throws {
        let command = try #require(request("", ["TIDEMARK_CREATE_TOPICS": value]).command)
        #expect(command.createTopics == expected)
    }

    @Test func aFlagThatIsOnCanBeTurnedOff() throws {
        #expect(try #require(request("", ["TIDEMARK_NO_VERIFY": "1"]).command).verify == false)
        #expect(try #require(request("", ["TIDEMARK_VERIFY": "0"]).command).verify == false)
        let command = request("--verify", ["TIDEMARK_NO_VERIFY": "1"]).command
        #expect(try #require(command).verify == true)
    }

    @Test func aFlagWithAnotherValueIsWrongUsageAndNamesTheVariable() throws {
        let text = try #require(request("", ["TIDEMARK_CREATE_TOPICS": "perhaps"]).rejection)
        #expect(text.contains("TIDEMARK_CREATE_TOPICS"))
        #expect(text.contains("perhaps"))
    }

    @Test func aRepeatableOptionTakesAVariablePerNameAndOneValueALine() throws {
        let environment = [
            "TIDEMARK_SET_window_size": "2 minutes", "TIDEMARK_SET": "a=1\nb=2",
        ]
        let command = try #require(request("--set c=3", environment).command)
        #expect(command.set == ["a=1", "b=2", "window_size=2 minutes", "c=3"])
    }

    @Test func aBadValueGivesTheSameErrorAsABadOptionAndNamesTheVariable() throws {
        let option = try #require(request("--interval 5x").rejection)
        let variable = try #require(request("", ["TIDEMARK_INTERVAL": "5x"]).rejection)
        #expect(option.hasPrefix("sample: The value '5x' is invalid for '--interval <interval>'"))
        #expect(variable == option.replacing("sample: ", with: "sample: TIDEMARK_INTERVAL: "))
    }

    @Test func theVariableAtFaultIsNamedNotItsNeighbour() throws {
        let environment = ["TIDEMARK_ENTITIES": "7", "TIDEMARK_INTERVAL": "5x"]
        let text = try #require(request("", environment).rejection)
        #expect(text.hasPrefix("sample: TIDEMARK_INTERVAL: "))
    }

    @Test func aRuleBrokenByAVariableNamesIt() throws {
        let text = try #require(request("", ["TIDEMARK_ENTITIES": "0"]).rejection)
        #expect(text.hasPrefix("sample: TIDEMARK_ENTITIES: --entities must be at least 1"))
    }

    @Test func aWrongOptionOnTheCommandLineIsNotBlamedOnAVariable() throws {
        let text = try #require(
            request("--interval 5x", ["TIDEMARK_ENTITIES": "7", "TIDEMARK_FOR": "1s"]).rejection)
        #expect(text.hasPrefix("sample: The value '5x'"))
    }

    @Test func aRequiredOptionMayComeFromAVariable() throws {
        guard case .run(let command) = request("check", ["TIDEMARK_URL": "http://h"]) else {
            Issue.record("not run")
            return
        }
        #expect((command as? Sample.Check)?.url == "http://h")
    }

    @Test(arguments: [["TIDEMARK_ENTITIES": ""], ["TIDEMARK_UNKNOWN": "1"], ["ENTITIES": "1"]])
    func emptyAndForeignVariablesAreLeftAlone(environment: [String: String]) throws {
        #expect(try #require(request("", environment).command).entities == 200)
    }

    @Test func aValueThatBeginsWithADashIsAValue() throws {
        let text = try #require(request("", ["TIDEMARK_ENTITIES": "-5"]).rejection)
        #expect(text.contains("--entities must be at least 1"))
    }

    @Test func theHelpListsEveryVariable() throws {
        let catalog = try #require(OptionCatalog(of: Sample.self))
        let help = EnvironmentOptions.help(for: catalog.selectedCommand([]).command.options)
        for name in ["ENTITIES", "INTERVAL", "FOR", "MAX_BATCH", "CREATE_TOPICS", "LOG_LEVEL"] {
            #expect(help.contains(" TIDEMARK_\(name)"), "\(name)")
        }
        #expect(help.contains("TIDEMARK_SET_<key>=<value> is --set <key>=<value>"))
        #expect(help.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }
}
