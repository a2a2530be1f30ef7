# The first seconds of new engines to one document.
def median(value): map(value) | sort | .[length / 2 | floor];
{settings: $settings, ready_ms: median(.ready_ms), share_of_503: median(.share_of_503), answers: median(.answers), p95_ms: median(.p95_ms),
 turns: .}
