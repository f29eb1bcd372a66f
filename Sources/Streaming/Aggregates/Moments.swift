/// `stddev`, `stddev_pop`, `variance`, `var_pop` of DOUBLE: n, mean and the sum of squared
/// differences from it. Three words.
///
/// Spark makes a partial result of each record and merges it into the stored one (Chan et al.,
/// "Updating formulae and a pairwise algorithm", 1979); so do we, to agree in the last bit.
final class MomentAccumulator: Accumulator {
    private let isSample: Bool
    private let isDeviation: Bool

    init(isSample: Bool, isDeviation: Bool) {
        self.isSample = isSample
        self.isDeviation = isDeviation
        super.init(wordCount: 3)
    }

    override func fold(_ window: WindowState, _ input: AggregateInput) {
        let words = window.words
        let nulls = input.arguments[0].nulls
        let values = input.arguments[0].doubles
        window.forEachAssignment(input, offset: offset) { row, word in
            guard !nulls[row] else { return }
            let value = values[row]
            // The partial result of one record: its difference from a mean of 0 is not finite for
            // an infinity, which makes the squares NaN.
            let partialSquares = value * (value - value)
            let count = Double(bitPattern: words[word])
            guard count > 0 else {
                words[word] = (1 as Double).bitPattern
                words[word + 1] = value.bitPattern
                words[word + 2] = partialSquares.bitPattern
                return
            }
            let mean = Double(bitPattern: words[word + 1])
            let squares = Double(bitPattern: words[word + 2])
            let total = count + 1
            let difference = value - mean
            let step = difference / total
            words[word] = total.bitPattern
            words[word + 1] = (mean + step).bitPattern
            words[word + 2] = (squares + partialSquares + difference * step * count).bitPattern
        }
    }

    override func finish(
        _ window: WindowState, word: Int, into output: ColumnVector, row: Int, errors: RowErrors
    ) {
        let count = Double(bitPattern: window.words[word])
        guard count > (isSample ? 1 : 0) else { return output.setNull(row) }
        let squares = Double(bitPattern: window.words[word + 2])
        let variance = squares / (isSample ? count - 1 : count)
        output.set(row, double: isDeviation ? variance.squareRoot() : variance)
    }
}
