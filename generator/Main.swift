internal import CommandLineSupport

@main enum Main {
    static func main() { runProgram(GeneratorCommand.self, name: "generator") }
}
