internal import Streaming
