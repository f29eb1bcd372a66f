import Testing
import StreamSQL
