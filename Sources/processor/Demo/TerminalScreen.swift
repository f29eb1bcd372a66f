internal import Glibc

/// Draws frames over one another on a terminal, without taking the whole screen.
struct TerminalScreen {
    private var drawnLines = 0

    /// Rows and columns of the terminal; 24 by 80 where it does not tell.
    private static var size: (height: Int, width: Int) {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0,
            size.ws_col > 0
        else { return (24, 80) }
        return (Int(size.ws_row), Int(size.ws_col))
    }

    var height: Int { Self.size.height }

    /// The text that replaces the last frame by `lines`, each cut to the terminal's width.
    mutating func frame(_ lines: [String]) -> String {
        let (height, width) = Self.size
        let shown = lines.prefix(height - 1)
        var text = drawnLines > 0 ? "\u{1B}[\(drawnLines)A" : ""
        for line in shown { text += "\u{1B}[2K" + line.prefix(width - 1) + "\n" }
        // A shorter frame leaves lines of the last one behind.
        text += "\u{1B}[J"
        drawnLines = shown.count
        return text
    }
}
