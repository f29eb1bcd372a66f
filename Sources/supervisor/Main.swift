internal import CommandLineSupport

@main enum Main {
    static func main() { runProgram(SupervisorCommand.self, name: "supervisor") }
}
